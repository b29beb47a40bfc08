using LibProcess.Addressing;
using LibProcess.Http.Client;

namespace LibProcess.Tests.Http.Client;

public sealed class HttpUrlTests
{
    [TestCase("http://1.2.3.4:5050/slave(1)/state?a=b&c", "1.2.3.4", 5050, "/slave(1)/state?a=b&c")]
    [TestCase("http://host", "host", 80, "/")]
    [TestCase("HTTPS://host.example", "host.example", 443, "/")]
    [TestCase("http://host:80?x=1#there", "host", 80, "/?x=1")]
    public void Text_is_taken_apart(string text, string host, int port, string target)
    {
        HttpUrl url = HttpUrl.Parse(text);
        Assert.That((url.Host, url.Port, url.Target), Is.EqualTo((host, (ushort)port, target)));
    }

    [TestCase("")]
    [TestCase("host/path")]
    [TestCase("ftp://host/")]
    [TestCase("http://")]
    [TestCase("http:///path")]
    [TestCase("http://host:0/")]
    [TestCase("http://host:65536/")]
    [TestCase("http://host:-1/")]
    [TestCase("http://host:/")]
    [TestCase("http://user@host/")]
    [TestCase("http://[::1]:80/")]
    [TestCase("http://host/a b")]
    [TestCase("http://host/a\r\nX: y")]
    public void Text_that_is_no_url_is_refused(string text)
    {
        Assert.That(HttpUrl.TryParse(text, out _), Is.False);
        Assert.That(() => HttpUrl.Parse(text), Throws.InstanceOf<FormatException>());
    }

    [Test]
    public void Processes_have_urls_with_their_ids_as_they_are()
    {
        UPid pid = UPid.Parse("slave(1)@1.2.3.4:5051");
        Assert.That(HttpUrl.Of(pid, "state").ToString(), Is.EqualTo("http://1.2.3.4:5051/slave(1)/state"));
        Assert.That(HttpUrl.Of(pid).ToString(), Is.EqualTo("http://1.2.3.4:5051/slave(1)"));
        Assert.That(HttpUrl.Of(pid.Address).At("x").ToString(), Is.EqualTo("http://1.2.3.4:5051/x"));
    }

    [Test]
    public void Queries_are_escaped()
    {
        HttpUrl url = HttpUrl.Parse("http://host/a").Query("key", "a&b c").Query("ä", "");
        Assert.That(url.ToString(), Is.EqualTo("http://host/a?key=a%26b%20c&%C3%A4="));
        Assert.That(HttpUrl.Parse(url.ToString()), Is.EqualTo(url));
    }
}

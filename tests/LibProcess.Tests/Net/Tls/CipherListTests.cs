using LibProcess.Net.Tls;

namespace LibProcess.Tests.Net.Tls;

/// <summary>Lists of cipher suites in the language of OpenSSL.</summary>
public class CipherListTests
{
    [Test]
    public void The_list_of_the_original_keeps_what_can_be_used_in_order()
    {
        CipherList list = CipherList.Read(TlsOptions.DefaultCiphers);
        Assert.That(list.Suites.Select(suite => suite.Name), Is.EqualTo(new[] { "AES128-SHA", "AES256-SHA", "DHE-RSA-AES128-SHA", "DHE-RSA-AES256-SHA" }));
        Assert.That(list.Unknown, Is.EqualTo(new[] { "RC4-SHA", "DHE-DSS-AES128-SHA", "DHE-DSS-AES256-SHA" }));
    }

    [TestCase("ECDHE+AESGCM+AES128", "ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256")]
    [TestCase("AES128-SHA:AES256-SHA:!AES128", "AES256-SHA")]
    [TestCase("!AES128:AES128-SHA:AES256-SHA", "AES256-SHA")]
    [TestCase("AES128-SHA,AES256-SHA -AES128-SHA", "AES256-SHA")]
    [TestCase("AES128-SHA:AES256-SHA:+AES128", "AES256-SHA AES128-SHA")]
    [TestCase("AES128-SHA:AES128-SHA:!aNULL:!MD5:!RC4", "AES128-SHA")]
    [TestCase("", "")]
    public void Groups_and_signs_work_as_at_OpenSSL(string text, string expected) =>
        Assert.That(string.Join(' ', CipherList.Read(text).Suites.Select(suite => suite.Name)), Is.EqualTo(expected));

    [Test]
    public void High_without_anonymous_suites_is_a_list_that_can_be_used()
    {
        CipherList list = CipherList.Read("HIGH:!aNULL:!MD5");
        Assert.That(list.Suites, Has.Count.GreaterThan(20));
        Assert.That(list.Unknown, Is.Empty);
    }
}

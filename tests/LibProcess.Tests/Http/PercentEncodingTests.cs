using LibProcess.Http;

namespace LibProcess.Tests.Http;

public class PercentEncodingTests
{
    [TestCase("a%20b", "a b")]
    [TestCase("a+b", "a b")]
    [TestCase("%c3%A4", "ä")]
    [TestCase("slave(1)", "slave(1)")]
    [TestCase("slave%281%29", "slave(1)")]
    [TestCase("", "")]
    public void Escapes_are_taken_out(string text, string decoded)
    {
        Assert.That(PercentEncoding.TryDecode(text, out string? actual), Is.True);
        Assert.That(actual, Is.EqualTo(decoded));
    }

    [TestCase("%")]
    [TestCase("%4")]
    [TestCase("a%zz")]
    [TestCase("%%41")]
    [TestCase("%4g")]
    public void A_malformed_escape_is_refused(string text) => Assert.That(PercentEncoding.TryDecode(text, out _), Is.False);

    [TestCase("a b/c", "a%20b%2Fc")]
    [TestCase("slave(1)", "slave(1)")]
    [TestCase("100%", "100%25")]
    [TestCase("ä\n", "%C3%A4%0A")]
    [TestCase("$&+,/:;=?@ \"<>#%{}|\\^~[]`", "%24%26%2B%2C%2F%3A%3B%3D%3F%40%20%22%3C%3E%23%25%7B%7D%7C%5C%5E%7E%5B%5D%60")]
    public void Reserved_characters_are_escaped(string text, string encoded) => Assert.That(PercentEncoding.Encode(text), Is.EqualTo(encoded));
}

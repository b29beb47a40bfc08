using Mesos.Common.Values;

namespace Mesos.Common.Tests.Values;

public sealed class BytesTests
{
    [TestCase("0B", 0UL)]
    [TestCase("1B", 1UL)]
    [TestCase("4KB", 4096UL)]
    [TestCase("4kb", 4096UL)]
    [TestCase("2GB", 2UL << 30)]
    [TestCase("3TB", 3UL << 40)]
    public void Parse_reads_number_and_unit(string text, ulong value)
    {
        Assert.That(Bytes.Parse(text), Is.EqualTo(new Bytes(value)));
    }

    [TestCase("")]
    [TestCase("10")]
    [TestCase("MB")]
    [TestCase("1.5GB")]
    [TestCase("-1B")]
    [TestCase("1 MB")]
    [TestCase("1PB")]
    [TestCase("99999999999TB")]
    public void Parse_refuses_everything_else_and_says_why(string text)
    {
        Assert.That(Bytes.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain($"'{text}'"));
    }

    [TestCase(0UL, "0B")]
    [TestCase(1023UL, "1023B")]
    [TestCase(1024UL, "1KB")]
    [TestCase(1536UL, "1536B")]
    [TestCase(1UL << 20, "1MB")]
    [TestCase(5UL << 30, "5GB")]
    [TestCase(2048UL << 40, "2048TB")]
    public void ToString_uses_the_largest_whole_unit(ulong value, string text)
    {
        Assert.That(new Bytes(value).ToString(), Is.EqualTo(text));
        Assert.That(Bytes.Parse(text), Is.EqualTo(new Bytes(value)));
    }
}

using System.Buffers;
using System.Text;
using LibProcess.Http;

namespace LibProcess.Tests.Http;

public class GzipCodingTests
{
    [TestCase("gzip", true)]
    [TestCase("GZIP", true)]
    [TestCase("deflate, gzip;q=1.0", true)]
    [TestCase("gzip;q=0.001", true)]
    [TestCase("gzip;q=0", false)]
    [TestCase("gzip;q=0.0", false)]
    [TestCase("gzip ; q = 0", false)]
    [TestCase("*", true)]
    [TestCase("*;q=0", false)]
    [TestCase("gzip;q=0, *", false)]
    [TestCase("*;q=0, gzip", true)]
    [TestCase("gzip;q=abc", false)]
    [TestCase("gzip;q", true)]
    [TestCase("identity", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void The_client_says_whether_it_understands(string? header, bool accepted) =>
        Assert.That(GzipCoding.IsAccepted(header), Is.EqualTo(accepted));

    [Test]
    public void A_body_comes_back_as_it_was()
    {
        byte[] body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("abc ", 10_000)));
        byte[] packed = GzipCoding.Compress(body);
        Assert.That(packed, Has.Length.LessThan(1000));
        Assert.That(GzipCoding.Inflate(new ReadOnlySequence<byte>(packed), body.Length, int.MaxValue, out byte[] inflated), Is.EqualTo(BodyResult.Complete));
        Assert.That(inflated, Is.EqualTo(body));
        Assert.That(GzipCoding.Inflate(new ReadOnlySequence<byte>(packed), body.Length - 1, int.MaxValue, out _), Is.EqualTo(BodyResult.TooLarge));
    }

    [Test]
    public void What_is_no_gzip_or_cut_short_is_malformed()
    {
        byte[] packed = GzipCoding.Compress(new byte[5000]);
        Assert.That(GzipCoding.Inflate(new ReadOnlySequence<byte>("no gzip at all"u8.ToArray()), 100, int.MaxValue, out _), Is.EqualTo(BodyResult.Malformed));
        for (int cut = 1; cut < packed.Length; cut++)
        {
            var part = new ReadOnlySequence<byte>(packed, 0, cut);
            Assert.That(GzipCoding.Inflate(part, 10_000, int.MaxValue, out _), Is.EqualTo(BodyResult.Malformed), $"{cut} of {packed.Length}");
        }
    }
}

using System.Buffers;
using System.Text;
using LibProcess.Http;

namespace LibProcess.Tests.Http;

public class BodyReaderTests
{
    [TestCase("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [TestCase("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!")]
    [TestCase("0\r\n\r\n", "")]
    [TestCase("0005;a=\"b\"\r\nhello\r\n000\r\n\r\n", "hello")]
    [TestCase("A\r\n0123456789\r\na;x\r\n0123456789\r\n0;last\r\n\r\n", "01234567890123456789")]
    public void Chunks_are_put_together(string text, string body)
    {
        Assert.That(Read(text + "rest", out string read, out string rest), Is.EqualTo(BodyResult.Complete));
        Assert.That(read, Is.EqualTo(body));
        Assert.That(rest, Is.EqualTo("rest"));
    }

    [TestCase("0\r\nX: y\r\n\r\n")]
    [TestCase("1\r\na\r\n0\r\nX: y\r\nZ: y\r\n\r\n")]
    public void A_trailer_is_read_and_reported(string text)
    {
        Assert.That(Read(text + "rest", out _, out string rest), Is.EqualTo(BodyResult.Trailers));
        Assert.That(rest, Is.EqualTo("rest"));
    }

    [TestCase("x\r\n")]
    [TestCase("\r\n")]
    [TestCase("\n")]
    [TestCase("-1\r\n")]
    [TestCase(" 1\r\na\r\n")]
    [TestCase("1 \r\na\r\n")]
    [TestCase("1\na\r\n0\r\n\r\n")]
    [TestCase("1\r\nab\r\n0\r\n\r\n")]
    [TestCase("1\r\na\n0\r\n\r\n")]
    [TestCase("1;\x01\r\na\r\n0\r\n\r\n")]
    [TestCase("11111111111111111\r\n")]
    [TestCase("fffffffffffffffff\r\n")]
    [TestCase("1\r\na\r\n0\r\nX: y\n\r\n")]
    public void A_broken_chunk_is_malformed(string text) => Assert.That(Read(text, out _, out _), Is.EqualTo(BodyResult.Malformed));

    [TestCase("65\r\n")]
    [TestCase("64\r\n0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n1\r\n")]
    [TestCase("7fffffffffffffff\r\n")]
    public void A_body_beyond_the_limit_is_refused_before_it_arrives(string text) =>
        Assert.That(Read(text, out _, out _), Is.EqualTo(BodyResult.TooLarge));

    [Test]
    public void A_size_line_without_end_is_malformed() =>
        Assert.That(Read("1;" + new string('x', 300), out _, out _), Is.EqualTo(BodyResult.Malformed));

    [Test]
    public void Trailers_without_end_are_malformed() =>
        Assert.That(Read("0\r\n" + string.Concat(Enumerable.Repeat("X: yyyyyyyyyy\r\n", 30)), out _, out _), Is.EqualTo(BodyResult.Malformed));

    [Test]
    public void A_large_body_goes_to_its_place_however_it_is_cut(
        [Values] bool isChunked, [Values(1000, 65_536, 70_001, 500_000)] int cut, [Values] bool directly)
    {
        byte[] content = [.. Enumerable.Range(0, 300_000).Select(static i => (byte)(i * 31 >> 3))];
        byte[] wire = isChunked
            ? [.. "3\r\n"u8, .. content[..3], .. "\r\n493dd\r\n"u8, .. content[3..], .. "\r\n0\r\n\r\nrest"u8]
            : [.. content, .. "rest"u8];
        var reader = new BodyReader(maxLineBytes: 256, maxExtensionBytes: 64);
        reader.Begin(isChunked ? BodyFraming.Chunked : BodyFraming.Length, content.Length, limit: 300_000);
        byte[] held = [];
        int sent = 0;
        while (true)
        {
            Memory<byte> place = reader.Place;
            if (directly && held.Length == 0 && !place.IsEmpty)
            {
                int count = Math.Min(Math.Min(cut, place.Length), wire.Length - sent);
                wire.AsMemory(sent, count).CopyTo(place);
                reader.Placed(count);
                sent += count;
                continue;
            }

            int more = Math.Min(cut, wire.Length - sent);
            byte[] bytes = [.. held, .. wire.AsSpan(sent, more)];
            sent += more;
            var buffer = new ReadOnlySequence<byte>(bytes);
            BodyResult result = reader.Read(ref buffer, out ReadOnlySequence<byte> body);
            held = buffer.ToArray();
            if (result == BodyResult.NeedMore)
            {
                Assert.That(sent, Is.LessThan(wire.Length));
                continue;
            }

            Assert.That(result, Is.EqualTo(BodyResult.Complete));
            Assert.That(body.ToArray().AsSpan().SequenceEqual(content), Is.True);
            Assert.That(Encoding.ASCII.GetString([.. held, .. wire.AsSpan(sent)]), Is.EqualTo("rest"));
            return;
        }
    }

    [Test]
    public void A_large_chunk_without_the_end_of_its_line_is_malformed()
    {
        var reader = new BodyReader(maxLineBytes: 256, maxExtensionBytes: 64);
        reader.Begin(BodyFraming.Chunked, 0, limit: 100_000);
        byte[] wire = [.. "11170\r\n"u8, .. new byte[70_000], .. "\n\n"u8];
        var first = new ReadOnlySequence<byte>(wire, 0, 40_000);
        Assert.That(reader.Read(ref first, out _), Is.EqualTo(BodyResult.NeedMore));
        var rest = new ReadOnlySequence<byte>(wire, 40_000, wire.Length - 40_000);
        Assert.That(reader.Read(ref rest, out _), Is.EqualTo(BodyResult.Malformed));
        reader.Release();
    }

    private static BodyResult Read(string text, out string body, out string rest)
    {
        var reader = new BodyReader(maxLineBytes: 256, maxExtensionBytes: 64);
        reader.Begin(BodyFraming.Chunked, 0, limit: 100);
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        BodyResult result = reader.Read(ref buffer, out ReadOnlySequence<byte> found);
        body = Encoding.Latin1.GetString(found);
        rest = Encoding.Latin1.GetString(buffer);
        reader.Release();
        return result;
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using LibProcess.Http.RecordIo;

namespace LibProcess.Tests.Http;

[CancelAfter(30_000)]
public sealed class RecordIoTests
{
    [Test]
    public async Task Records_are_a_decimal_length_a_line_feed_and_the_bytes()
    {
        var pipe = new Pipe();
        var writer = new RecordIoWriter(pipe.Writer);
        await writer.WriteAsync("hello"u8.ToArray());
        await writer.WriteAsync(default);
        RecordIoWriter.Write(pipe.Writer, new StringValue { Value = "hi" });
        await writer.WriteAsync("5\nabcde\n"u8.ToArray());
        await pipe.Writer.CompleteAsync();

        var all = new MemoryStream();
        await pipe.Reader.CopyToAsync(all);
        Assert.That(Encoding.Latin1.GetString(all.ToArray()), Is.EqualTo("5\nhello0\n4\n\n\u0002hi8\n5\nabcde\n"));
    }

    [Test]
    public void However_the_bytes_are_cut_the_records_are_the_same()
    {
        byte[] bytes = "5\nhello0\n3\n1\n\n12\nabcdefghijkl0\n"u8.ToArray();
        for (int size = 1; size <= bytes.Length; size++)
        {
            Assert.That(Decode(bytes, size, new RecordIoDecoder()), Is.EqualTo(new[] { "hello", "", "1\n\n", "abcdefghijkl", "" }), $"pieces of {size}");
        }
    }

    [TestCase("x\n")]
    [TestCase("\n")]
    [TestCase("-1\n")]
    [TestCase("+1\na")]
    [TestCase(" 1\na")]
    [TestCase("0x1\na")]
    [TestCase("1 \na")]
    [TestCase("1\r\na")]
    [TestCase("99999999999999999999\n")]
    [TestCase("00000000000000000000000001\na")]
    public void A_header_that_is_no_number_fails_the_decoder_for_good(string text)
    {
        var decoder = new RecordIoDecoder();
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(text));
        Assert.That(decoder.Read(ref buffer, out _), Is.EqualTo(RecordIoResult.Malformed));
        buffer = new ReadOnlySequence<byte>("1\na"u8.ToArray());
        Assert.That(decoder.Read(ref buffer, out _), Is.EqualTo(RecordIoResult.Malformed));
    }

    [Test]
    public void A_record_that_is_too_long_is_refused_by_its_header_alone()
    {
        var decoder = new RecordIoDecoder(maxRecordBytes: 10);
        var buffer = new ReadOnlySequence<byte>("10\n0123456789"u8.ToArray());
        Assert.That(decoder.Read(ref buffer, out _), Is.EqualTo(RecordIoResult.Record));
        buffer = new ReadOnlySequence<byte>("11\n"u8.ToArray());
        Assert.That(decoder.Read(ref buffer, out _), Is.EqualTo(RecordIoResult.TooLarge));
        Assert.That(decoder.Read(ref buffer, out _), Is.EqualTo(RecordIoResult.TooLarge));
    }

    [Test]
    public async Task A_stream_is_read_to_its_end()
    {
        PipeReader input = PipeReader.Create(new MemoryStream("1\na0\n2\nbc"u8.ToArray()));
        var records = new List<string>();
        await foreach (byte[] record in new RecordIoReader(input).ReadAllAsync())
        {
            records.Add(Encoding.ASCII.GetString(record));
        }

        Assert.That(records, Is.EqualTo(new[] { "a", "", "bc" }));
    }

    [TestCase("1\na2\nb", "inside a record")]
    [TestCase("1\na2", "inside a record")]
    [TestCase("1\nax\nb", "no length")]
    [TestCase("1\na11\nb", "longer")]
    public async Task A_broken_stream_fails_every_read_from_there_on(string text, string reason)
    {
        var reader = new RecordIoReader(PipeReader.Create(new MemoryStream(Encoding.ASCII.GetBytes(text))), maxRecordBytes: 10);
        Assert.That(await reader.ReadAsync(), Is.EqualTo("a"u8.ToArray()));
        Assert.That(async () => await reader.ReadAsync(), Throws.InstanceOf<RecordIoException>().With.Message.Contains(reason));
        Assert.That(async () => await reader.ReadAsync(), Throws.InstanceOf<RecordIoException>().With.Message.Contains(reason));
    }

    [Test]
    public async Task A_writer_waits_while_nobody_reads()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50));
        var writer = new RecordIoWriter(pipe.Writer);
        Task<bool> blocked = writer.WriteAsync(new byte[200]).AsTask();
        Assert.That(blocked.IsCompleted, Is.False);

        // A record larger than the buffer of the stream is still read.
        Assert.That(await new RecordIoReader(pipe.Reader).ReadAsync(), Has.Length.EqualTo(200));
        Assert.That(await blocked, Is.True);
        await pipe.Reader.CompleteAsync();
        Assert.That(await writer.WriteAsync(new byte[1]), Is.False);
    }

    private static List<string> Decode(byte[] bytes, int size, RecordIoDecoder decoder)
    {
        var records = new List<string>();
        byte[] kept = [];
        for (int at = 0; at < bytes.Length; at += size)
        {
            var buffer = new ReadOnlySequence<byte>([.. kept, .. bytes.AsSpan(at, Math.Min(size, bytes.Length - at))]);
            while (decoder.Read(ref buffer, out ReadOnlySequence<byte> record) == RecordIoResult.Record)
            {
                records.Add(Encoding.ASCII.GetString(record));
            }

            kept = buffer.ToArray();
        }

        Assert.That(kept, Is.Empty);
        return records;
    }
}

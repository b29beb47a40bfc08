namespace Mesos.Cli.Tests;

[TestFixture]
internal sealed class LateWriterTests
{
    [Test]
    public void A_stream_to_which_nothing_is_written_is_not_opened()
    {
        using var writer = new LateWriter(() => throw new InvalidOperationException("it was opened"));
        writer.Flush();
    }

    [Test]
    public async Task What_is_written_at_once_arrives_at_once()
    {
        using CountingStream stream = new();
        await using var writer = new LateWriter(() => stream);
        await writer.WriteAsync("a thousand characters".ToCharArray().AsMemory());
        writer.Write("more of them".AsSpan());
        await writer.WriteLineAsync("and a line");
        Assert.That(stream.Writes, Is.EqualTo(3));
    }

    private sealed class CountingStream : MemoryStream
    {
        public int Writes { get; private set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Writes++;
            base.Write(buffer, offset, count);
        }
    }
}

using System.Text;

namespace Mesos.Cli;

/// <summary>A standard stream that is opened when something is written to it.</summary>
/// <remarks>
/// The runtime keeps a descriptor of its own for each that is open. A process that turns into an executor must not hold those of its
/// agent: whoever reads what the agent says would wait for the executor's end.
/// </remarks>
/// <param name="open">Opens it.</param>
internal sealed class LateWriter(Func<Stream> open) : TextWriter
{
    private StreamWriter? writer;

    public override Encoding Encoding => Encoding.UTF8;

    private StreamWriter Writer => writer ??= new StreamWriter(open()) { AutoFlush = true };

    public override void Write(char value) => Writer.Write(value);

    public override void Write(string? value) => Writer.Write(value);

    // What the base class makes of these is a write for each character.
    public override void Write(char[] buffer, int index, int count) => Writer.Write(buffer, index, count);

    public override void Write(ReadOnlySpan<char> buffer) => Writer.Write(buffer);

    public override void WriteLine(string? value) => Writer.WriteLine(value);

    public override void Flush() => writer?.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            writer?.Dispose();
        }

        base.Dispose(disposing);
    }
}

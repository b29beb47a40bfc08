using System.Globalization;
using System.Text;

namespace LibProcess.Http;

/// <summary>The bytes that change once a second: the date, and the answer to a delivered message that holds it.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class HttpDate(TimeProvider clock)
{
    private Rendered current = new(long.MinValue, default);

    /// <summary>The bytes for the present second.</summary>
    public Rendered Now()
    {
        DateTimeOffset now = clock.GetUtcNow();
        long second = now.Ticks / TimeSpan.TicksPerSecond;
        Rendered rendered = Volatile.Read(ref current);
        if (rendered.Second != second)
        {
            rendered = new Rendered(second, now);
            Volatile.Write(ref current, rendered);
        }

        return rendered;
    }

    internal sealed class Rendered
    {
        public Rendered(long second, DateTimeOffset time)
        {
            Second = second;
            Date = time.ToString("R", CultureInfo.InvariantCulture);
            Accepted = Encoding.ASCII.GetBytes($"HTTP/1.1 202 Accepted\r\nDate: {Date}\r\nContent-Length: 0\r\n\r\n");
        }

        public long Second { get; }

        /// <summary>As in <c>Sun, 22 Nov 2026 17:04:23 GMT</c>.</summary>
        public string Date { get; }

        /// <summary>The whole 202 answer without body.</summary>
        public byte[] Accepted { get; }
    }
}

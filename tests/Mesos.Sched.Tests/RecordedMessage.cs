using System.Text;
using System.Text.Json;

namespace Mesos.Sched.Tests;

/// <summary>One message between the original's driver and its peers.</summary>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Name">The name of the message.</param>
/// <param name="Body">The protobuf as it travelled.</param>
internal sealed record RecordedMessage(string From, string To, string Name, byte[] Body)
{
    /// <summary>The messages of a recording that a scheduler sent or received, each scheduler by itself, in order of time.</summary>
    public static IReadOnlyList<IGrouping<string, RecordedMessage>> OfSchedulers(string scenario) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", $"{scenario}.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("kind").GetString() == "message")
            .Select(line => new RecordedMessage(
                line.GetProperty("from").GetString()!,
                line.GetProperty("to").GetString()!,
                line.GetProperty("name").GetString()!,
                BodyOf(line.GetProperty("raw").GetBytesFromBase64())))
            .Where(message => message.Scheduler is not null)
            .GroupBy(message => message.Scheduler!),
    ];

    public bool IsFromScheduler => From.StartsWith("scheduler-", StringComparison.Ordinal);

    private string? Scheduler => IsFromScheduler ? From : To.StartsWith("scheduler-", StringComparison.Ordinal) ? To : null;

    private static byte[] BodyOf(byte[] raw)
    {
        int head = raw.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (head == raw.Length)
        {
            return [];
        }

        int line = raw.AsSpan(head).IndexOf("\r\n"u8);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(raw, head, line), 16);
        return raw[(head + line + 2)..(head + line + 2 + size)];
    }
}

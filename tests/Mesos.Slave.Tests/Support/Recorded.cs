using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Mesos.Slave.Tests.Support;

/// <summary>Messages of a real cluster, from the recordings under tests/fixtures/captures.</summary>
internal static class Recorded
{
    /// <summary>The messages of one type in a scenario, in order.</summary>
    /// <param name="scenario">The name of the file.</param>
    /// <param name="from">How the sender begins, such as <c>slave(1)</c>.</param>
    /// <param name="to">How the receiver begins.</param>
    public static IReadOnlyList<T> All<T>(string scenario, string from, string to)
        where T : class, IMessage<T>, new()
    {
        string name = new T().Descriptor.FullName;
        return
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", scenario + ".jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("kind").GetString() == "message"
                    && line.GetProperty("name").GetString() == name
                    && line.GetProperty("from").GetString()!.StartsWith(from, StringComparison.Ordinal)
                    && line.GetProperty("to").GetString()!.StartsWith(to, StringComparison.Ordinal))
                .Select(line => new MessageParser<T>(() => new T()).ParseFrom(Body(line.GetProperty("raw").GetBytesFromBase64()))),
        ];
    }

    /// <summary>All messages of a scenario to and from the agent, in order.</summary>
    public static IReadOnlyList<RecordedMessage> WithAgent(string scenario) =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", scenario + ".jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("kind").GetString() == "message")
            .Select(line => new RecordedMessage(
                line.GetProperty("from").GetString()!,
                line.GetProperty("to").GetString()!,
                Parse(line.GetProperty("name").GetString()!, Body(line.GetProperty("raw").GetBytesFromBase64()))!))
            .Where(message => message.Message is not null && (message.IsFromAgent || message.To.StartsWith("slave(1)", StringComparison.Ordinal))),
    ];

    public static T First<T>(string scenario, string from, string to)
        where T : class, IMessage<T>, new() => All<T>(scenario, from, to)[0];

    private static IMessage? Parse(string name, byte[] body) =>
        MessagesReflection.Descriptor.MessageTypes.SingleOrDefault(type => type.FullName == name)?.Parser.ParseFrom(body);

    /// <summary>The body of a request: one chunk, or none.</summary>
    private static byte[] Body(byte[] request)
    {
        ReadOnlySpan<byte> rest = request.AsSpan(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4);
        int line = rest.IndexOf("\r\n"u8);
        if (line < 0)
        {
            return [];
        }

        int length = Convert.ToInt32(Encoding.ASCII.GetString(rest[..line]), 16);
        return rest.Slice(line + 2, length).ToArray();
    }
}

/// <summary>One message of a recording.</summary>
internal sealed record RecordedMessage(string From, string To, IMessage Message)
{
    public bool IsFromAgent => From.StartsWith("slave(1)", StringComparison.Ordinal);
}

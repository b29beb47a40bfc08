using System.Text.Json;
using Mesos.Proto.Scheduler;

namespace Mesos.Interop.Tests;

/// <summary>One libprocess message of a recording.</summary>
public sealed record RecordedMessage(string Scenario, int Number, string From, string To, string Name, byte[] Raw, string? Answer, int Connection)
{
    public override string ToString() => $"{Scenario} {Number} {Name}";
}

/// <summary>One raw request of the probes with the raw answer.</summary>
public sealed record RecordedProbe(string Node, string Probe, byte[] Request, byte[] Response, string Connection, int? BodyOmitted)
{
    public override string ToString() => $"{Node}: {Probe}";
}

/// <summary>A message, or the body of a call of a v1 scheduler, in the order of the recording.</summary>
public sealed record RecordedStep(RecordedMessage? Message, byte[]? Call);

/// <summary>One HTTP exchange of a recording: what was asked for, and the answer's status line, media type and text.</summary>
public sealed record RecordedExchange(int Number, string Server, string Method, string Path, string Status, string? MediaType, string Body);

/// <summary>The recordings under tests/fixtures/captures.</summary>
public static class Recordings
{
    public static readonly IReadOnlyList<string> Scenarios =
    [
        "driver-lifecycle", "command-tasks", "framework-messages", "kill-and-reconcile", "explicit-acks-and-failed-task", "scheduler-failover",
    ];

    public static IReadOnlyList<RecordedMessage> Messages(string scenario) =>
    [
        .. Lines(scenario)
            .Where(line => line.GetProperty("kind").GetString() == "message")
            .Select(line => new RecordedMessage(
                scenario,
                line.GetProperty("n").GetInt32(),
                line.GetProperty("from").GetString()!,
                line.GetProperty("to").GetString()!,
                line.GetProperty("name").GetString()!,
                line.GetProperty("raw").GetBytesFromBase64(),
                line.GetProperty("answer").GetString(),
                line.GetProperty("connection").GetInt32())),
    ];

    /// <summary>Messages and calls of a recording with a v1 scheduler.</summary>
    public static IReadOnlyList<RecordedStep> Steps(string scenario)
    {
        Dictionary<int, RecordedMessage> messages = Messages(scenario).ToDictionary(message => message.Number);
        return
        [
            .. Lines(scenario).Select(line => messages.TryGetValue(line.GetProperty("n").GetInt32(), out RecordedMessage? message)
                ? new RecordedStep(message, null)
                : new RecordedStep(null, line.GetProperty("request").GetProperty("body").GetProperty("base64").GetBytesFromBase64())),
        ];
    }

    /// <summary>What a v1 scheduler was told on its stream.</summary>
    public static IReadOnlyList<Event> StreamEvents(string scenario) =>
    [
        .. Lines(scenario)
            .Where(line => line.GetProperty("kind").GetString() == "http" && line.GetProperty("response").TryGetProperty("records", out _))
            .SelectMany(line => line.GetProperty("response").GetProperty("records").EnumerateArray())
            .Select(record => Event.Parser.ParseFrom(record.GetProperty("base64").GetBytesFromBase64())),
    ];

    /// <summary>The HTTP exchanges of a recording whose answers are texts.</summary>
    public static IReadOnlyList<RecordedExchange> Exchanges(string scenario) =>
    [
        .. Lines(scenario)
            .Where(line => line.GetProperty("kind").GetString() == "http")
            .Select(line =>
            {
                string[] request = line.GetProperty("request").GetProperty("line").GetString()!.Split(' ');
                JsonElement response = line.GetProperty("response");
                JsonElement body = response.GetProperty("body");
                return new RecordedExchange(
                    line.GetProperty("n").GetInt32(),
                    line.GetProperty("server").GetString()!,
                    request[0],
                    request[1],
                    response.GetProperty("line").GetString()!,
                    response.GetProperty("headers").EnumerateArray().Where(header => header[0].GetString() == "Content-Type").Select(header => header[1].GetString()).SingleOrDefault(),
                    body.ValueKind == JsonValueKind.Object && body.TryGetProperty("text", out JsonElement text) ? text.GetString()! : "");
            }),
    ];

    public static IReadOnlyList<RecordedProbe> Probes(string node) =>
    [
        .. Lines($"probes-{node}")
            .Select(line => new RecordedProbe(
                node,
                line.GetProperty("probe").GetString()!,
                line.GetProperty("request").GetBytesFromBase64(),
                line.GetProperty("response").GetBytesFromBase64(),
                line.GetProperty("connection").GetString()!,
                line.TryGetProperty("body_omitted", out JsonElement omitted) ? omitted.GetInt32() : null)),
    ];

    private static IEnumerable<JsonElement> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", $"{file}.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);
}

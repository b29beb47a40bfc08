using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Mesos.Common.Json;

namespace Mesos.Common.Tests.Json;

/// <summary>Answers and events of real masters and agents, read and written again.</summary>
public sealed class RecordedJsonTests
{
    private static IEnumerable<TestCaseData> Recorded()
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Json", "v1-answers.jsonl");
        foreach (var (line, index) in File.ReadLines(path).Select((line, index) => (line, index)))
        {
            using var row = JsonDocument.Parse(line);
            var (message, json) = (row.RootElement.GetProperty("message").GetString(), row.RootElement.GetProperty("json").GetString());
            yield return new TestCaseData(message, json).SetArgDisplayNames($"{index + 1}: {json![..Math.Min(40, json!.Length)]}");
        }
    }

    [TestCaseSource(nameof(Recorded))]
    public void What_a_real_node_wrote_is_written_again_byte_for_byte(string message, string json)
    {
        Assert.That(Read(message, json, out var read, out var error), Is.True, error);
        Assert.That(ProtobufJsonWriter.ToText(read!), Is.EqualTo(json));
    }

    private static bool Read(string message, string json, [NotNullWhen(true)] out IMessage? read, out string? error)
    {
        switch (message)
        {
            case "mesos.v1.master.Response":
                var response = ProtobufJsonReader.TryParse(json, out V1.Master.Response? master, out error);
                read = master;
                return response;
            case "mesos.v1.agent.Response":
                var answer = ProtobufJsonReader.TryParse(json, out V1.Agent.Response? agent, out error);
                read = agent;
                return answer;
            case "mesos.v1.master.Event":
                var happened = ProtobufJsonReader.TryParse(json, out V1.Master.Event? masterEvent, out error);
                read = masterEvent;
                return happened;
            default:
                var told = ProtobufJsonReader.TryParse(json, out V1.Scheduler.Event? schedulerEvent, out error);
                read = schedulerEvent;
                return told;
        }
    }
}

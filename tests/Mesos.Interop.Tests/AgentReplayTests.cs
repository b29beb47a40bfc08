using Mesos.Interop.Tests.Replay;
using LibProcess.Testing;
using Mesos.Common.Messages;

namespace Mesos.Interop.Tests;

/// <summary>The recorded master, driver and executors against our agent, message by message.</summary>
[CancelAfter(120_000)]
public sealed class AgentReplayTests
{
    private const string RecordedAgent = "127.0.0.1:5051";
    private const string RecordedMaster = "127.0.0.1:5050";

    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    [TestCase("operation-feedback")]
    public async Task The_agent_answers_the_recorded_peers_as_the_original_did(string scenario)
    {
        string directory = Directory.CreateTempSubdirectory("interop-agent-").FullName;
        await using var node = new TestNode(configure: WireMessageSchema.ApplyTo);
        await using var script = new Script(Recordings.Messages(scenario), RecordedAgent)
        {
            Advance = node.AdvanceAsync,
            Settle = node.SettleAsync,
            PeerEnded = peer => IsLinked(peer) ? node.Filters.ExpectExited(to: "slave(1)") : Task.CompletedTask,
        };
        script.BindNode(node.Manager.Address.ToString());
        await LiveNode.SpawnAgentAsync(node, directory, script.Live(RecordedMaster));
        await script.RunAsync();
        Directory.Delete(directory, recursive: true);
    }

    // An agent sends to schedulers without watching them.
    private static bool IsLinked(string peer) => !peer.StartsWith("scheduler", StringComparison.Ordinal);
}

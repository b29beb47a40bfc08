using Google.Protobuf;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Interop.Tests.Replay;
using Mesos.Master;
using Mesos.Master.Registrar.Storage;
using Mesos.Proto.Internal;

namespace Mesos.Interop.Tests;

/// <summary>The recorded agent, driver and executor against our master, message by message.</summary>
[CancelAfter(120_000)]
public sealed class MasterReplayTests
{
    private const string RecordedMaster = "127.0.0.1:5050";
    private const string NextLeader = "127.0.0.1:5052";

    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    [TestCase("agent-restart-recovery")]
    public Task The_master_answers_the_recorded_peers_as_the_original_did(string scenario) =>
        ReplayAsync(Recordings.Messages(scenario));

    [Test]
    public Task The_master_believes_recorded_peers_that_prove_who_they_are_and_refuses_others_as_the_original_did() => ReplayAsync(
        Recordings.Messages("cram-md5"),
        new MasterOptions { AuthenticateAgents = true, AuthenticateFrameworks = true, Credentials = ProvingPeers.Credentials("agent", "fw") });

    [Test]
    public async Task The_next_leader_takes_agents_tasks_and_frameworks_over_as_the_original_did()
    {
        RecordedMessage[] recording =
            [.. Recordings.Messages("zk-master-failover").Where(m => m.From.EndsWith(NextLeader, StringComparison.Ordinal) || m.To.EndsWith(NextLeader, StringComparison.Ordinal))];
        RecordedMessage returning = recording.Single(message => message.Name == "mesos.internal.ReregisterSlaveMessage");
        var registry = new Registry { Slaves = new Registry.Types.Slaves() };
        registry.Slaves.Slaves_.Add(new Registry.Types.Slave
        {
            Info = ((ReregisterSlaveMessage)WireTypes.Parse(returning.Name, WireRequest.TryRead(returning.Raw)!.Value.Message.Body)).Slave,
        });
        var storage = new InMemoryRegistryStorage();
        await storage.StoreAsync(registry.ToByteArray());

        // The first word of the scheduler came while the new leader still read the registry, and was dropped.
        await ReplayAsync(recording[1..], storage: storage, at: NextLeader);
    }

    private static async Task ReplayAsync(
        IReadOnlyList<RecordedMessage> recording, MasterOptions? options = null, IRegistryStorage? storage = null, string at = RecordedMaster)
    {
        await using var node = new TestNode(configure: o => WireMessageSchema.ApplyTo(o) with { Delegate = MasterProcess.ProcessId });
        await using MasterDaemon master = await LiveNode.SpawnMasterAsync(node, options, storage);
        var proving = new ProvingPeers(recording);
        await using var script = new Script(recording, at)
        {
            Advance = node.AdvanceAsync,
            Settle = node.SettleAsync,
            PeerEnded = peer => IsLinked(peer) ? node.Filters.ExpectExited(to: MasterProcess.ProcessId) : Task.CompletedTask,
            Speak = proving.Speak,
            Heard = proving.Heard,
        };
        script.BindNode(node.Manager.Address.ToString());
        await script.RunAsync();
    }

    // Until a framework is let in the master only answers it.
    private static bool IsLinked(string peer) => !peer.StartsWith("crammd5", StringComparison.Ordinal);
}

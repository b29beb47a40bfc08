using Mesos.Interop.Tests.Replay;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Master;

namespace Mesos.Interop.Tests;

/// <summary>The recorded agent, driver and executor against our master, message by message.</summary>
[CancelAfter(120_000)]
public sealed class MasterReplayTests
{
    private const string RecordedMaster = "127.0.0.1:5050";

    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    public async Task The_master_answers_the_recorded_peers_as_the_original_did(string scenario)
    {
        await using var node = new TestNode(configure: options => WireMessageSchema.ApplyTo(options) with { Delegate = MasterProcess.ProcessId });
        await using MasterDaemon master = await LiveNode.SpawnMasterAsync(node);
        await using var script = new Script(Recordings.Messages(scenario), RecordedMaster) 
        {
            Advance = node.AdvanceAsync,
            Settle = node.SettleAsync,
            PeerEnded = _ => node.Filters.ExpectExited(to: MasterProcess.ProcessId),
        };
        script.BindNode(node.Manager.Address.ToString());
        await script.RunAsync();
    }
}

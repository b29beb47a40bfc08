using LibProcess.Addressing;
using Mesos.Interop.Tests.Replay;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Slave;
using Mesos.Slave.Tests.Support;

namespace Mesos.Interop.Tests;

/// <summary>The recorded master, driver and executors against our agent, message by message.</summary>
[CancelAfter(120_000)]
public sealed class AgentReplayTests
{
    private const string RecordedAgent = "127.0.0.1:5051";
    private const string RecordedMaster = "127.0.0.1:5050";
    private const string NextLeader = "127.0.0.1:5052";
    private const string Restart = "agent-restart-recovery";

    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    [TestCase("operation-feedback")]
    public Task The_agent_answers_the_recorded_peers_as_the_original_did(string scenario) => ReplayAsync(Recordings.Messages(scenario));

    [Test]
    public Task An_agent_that_is_killed_comes_back_to_its_executor_and_its_master_as_the_original_did()
    {
        IReadOnlyList<RecordedMessage> recording = Recordings.Messages(Restart);
        return ReplayAsync(recording, configure: Patient, eventful: recording.Single(IsReconnection), happen: async (script, agent) =>
        {
            await agent.KillAsync();
            script.NodeEnded();
            agent.Start(MasterAt(script, RecordedMaster));
        });
    }

    [Test]
    public Task An_agent_goes_on_from_the_work_directory_of_a_real_one_with_its_executor_and_its_master_as_the_original_did() => ReplayAsync(
        [.. Recordings.Messages(Restart).SkipWhile(message => !IsReconnection(message))],
        configure: Patient,
        workDirectory: OriginalWorkDirectory.Unpack(),
        prepare: (script, directory) =>
        {
            File.WriteAllText(Path.Combine(directory, "meta", "boot_id"), Mesos.Slave.Host.BootId.Read());

            // The executor of the script listens elsewhere.
            string address = Directory.EnumerateFiles(directory, "libprocess.pid", SearchOption.AllDirectories).First(file => !file.Contains("latest", StringComparison.Ordinal));
            File.WriteAllText(address, script.Live(File.ReadAllText(address)));
        });

    [Test]
    public Task The_agent_goes_over_to_the_next_leader_as_the_original_did()
    {
        IReadOnlyList<RecordedMessage> recording = Recordings.Messages("zk-master-failover");
        RecordedMessage first = recording.Single(message => message.Name == "mesos.internal.ReregisterSlaveMessage");

        // How the agent learns of the leaders is the part of ZooKeeper, which is not recorded.
        return ReplayAsync(recording, eventful: first, happen: async (script, agent) =>
        {
            await script.EndPeerAsync(RecordedMaster);
            agent.Detector.Appoint((MasterInfo?)null);
            await agent.Node.SettleAsync();
            agent.Detector.Appoint(UPid.Parse(MasterAt(script, NextLeader)));
        });
    }

    [Test]
    public Task The_agent_proves_to_the_recorded_master_who_it_is_as_the_original_did() => ReplayAsync(
        Recordings.Messages("cram-md5"),
        configure: options => options with { Credential = new Credential { Principal = "agent", Secret = "agentpw" } },
        heard: (step, message) =>
        {
            // The challenge is the recorded one, and so is the answer to it.
            if (message is AuthenticationStepMessage answer)
            {
                Assert.That(answer, Is.EqualTo(WireTypes.Parse(step.Name, WireRequest.TryRead(step.Raw)!.Value.Message.Body)));
            }
        });

    private static async Task ReplayAsync(
        IReadOnlyList<RecordedMessage> recording,
        Func<SlaveOptions, SlaveOptions>? configure = null,
        string? workDirectory = null,
        Action<Script, string>? prepare = null,
        RecordedMessage? eventful = null,
        Func<Script, LiveAgent, Task>? happen = null,
        Action<RecordedMessage, Google.Protobuf.IMessage>? heard = null)
    {
        await using LiveAgent agent = LiveAgent.Prepare(workDirectory, configure);
        await using var script = new Script(recording, RecordedAgent)
        {
            Advance = by => agent.Node.AdvanceAsync(by),
            Settle = () => agent.Node.SettleAsync(),
            PeerEnded = peer => IsLinked(peer) ? agent.Node.Filters.ExpectExited(to: "slave(1)") : Task.CompletedTask,
            Events = eventful is null ? [] : new Dictionary<RecordedMessage, Func<Script, Task>> { [eventful] = script => happen!(script, agent) },
            Heard = heard ?? ((_, _) => { }),
        };
        script.BindNode(agent.Node.Manager.Address.ToString());
        prepare?.Invoke(script, agent.WorkDirectory);
        agent.Start(MasterAt(script, RecordedMaster));
        await script.RunAsync();
    }

    // Virtual time goes on while bytes travel between agent and executor.
    private static SlaveOptions Patient(SlaveOptions options) => options with { ExecutorReregistrationTimeout = TimeSpan.FromSeconds(15) };

    private static bool IsReconnection(RecordedMessage message) => message.Name == "mesos.internal.ReconnectExecutorMessage";

    private static string MasterAt(Script script, string recorded) => $"master@{script.Live(recorded)}";

    // An agent sends to schedulers without watching them.
    private static bool IsLinked(string peer) => !peer.StartsWith("scheduler", StringComparison.Ordinal);
}

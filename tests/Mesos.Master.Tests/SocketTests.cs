using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests;

/// <summary>The same conversations between nodes, over sockets.</summary>
[CancelAfter(60_000)]
public sealed class SocketTests : MasterTest
{
    [Test]
    public async Task A_task_runs_across_nodes_and_broken_connections_are_noticed()
    {
        await using TestNode agentNode = Peers(2);
        TestNode schedulerNode = Peers(3);
        try
        {
            var agent = agentNode.Spawn(new FakeAgent(agentNode.Manager, Master.Self));
            Task<SlaveRegisteredMessage> registered = agentNode.Filters.ExpectMessage<SlaveRegisteredMessage>();
            agent.Register();
            Assert.That((await registered).Connection.TotalPingTimeoutSeconds, Is.EqualTo(75));

            var scheduler = schedulerNode.Spawn(new FakeScheduler(schedulerNode.Manager, Master.Self));
            Task<ResourceOffersMessage> offered = schedulerNode.Filters.ExpectMessage<ResourceOffersMessage>();
            scheduler.Subscribe();
            ResourceOffersMessage offers = await offered;
            await schedulerNode.SettleAsync();
            Assert.That(offers.Pids, Is.EqualTo(new[] { agent.Self.ToString() }));
            Assert.That(offers.Offers[0].Url.Address.Port, Is.EqualTo(agentNode.Manager.Address.Port));

            TaskInfo task = FakeScheduler.Task(offers.Offers[0]);
            Task<RunTaskMessage> run = agentNode.Filters.ExpectMessage<RunTaskMessage>();
            scheduler.Launch(offers.Offers[0], task);
            Assert.That((await run).Task.TaskId, Is.EqualTo(task.TaskId));

            Task<StatusUpdateMessage> updated = schedulerNode.Filters.ExpectMessage<StatusUpdateMessage>();
            StatusUpdate update = agent.Report(task, scheduler.FrameworkId, TaskState.TaskRunning);
            Assert.That((await updated).Update, Is.EqualTo(update));

            // The scheduler's program ends; without a failover time its framework goes at once.
            Task<ShutdownFrameworkMessage> shutdown = agentNode.Filters.ExpectMessage<ShutdownFrameworkMessage>();
            Task<UPid> noticed = Node.Filters.ExpectExited(to: MasterProcess.ProcessId);
            await schedulerNode.DisposeAsync();
            Assert.That(await noticed, Is.EqualTo(scheduler.Self));
            await Node.AdvanceAsync(TimeSpan.Zero);
            Assert.That((await shutdown).FrameworkId, Is.EqualTo(scheduler.FrameworkId));
        }
        finally
        {
            await schedulerNode.DisposeAsync();
        }
    }

    private static TestNode Peers(int seed) => new(seed: seed, configure: WireMessageSchema.ApplyTo);
}

using Google.Protobuf;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Master.Registrar.Storage;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests;

/// <summary>A master on a node with virtual time, and peers on the same node.</summary>
public abstract class MasterTest
{
    private MasterDaemon daemon = null!;
    private InMemoryRegistryStorage storage = null!;

    protected TestNode Node { get; private set; } = null!;

    protected MasterProcess Master => daemon.Process;

    protected Task Completion => daemon.Completion;

    protected MasterInfo Info => daemon.Process.Info;

    protected virtual MasterOptions Options => new() { Hostname = "master.example" };

    [SetUp]
    public async Task StartMaster()
    {
        Node = new TestNode(configure: options => WireMessageSchema.ApplyTo(options) with { Delegate = MasterProcess.ProcessId });
        storage = new InMemoryRegistryStorage();
        daemon = MasterDaemon.Start(Node.Manager, Options, storage);
        await Node.SettleAsync();
    }

    /// <summary>The master ends, and another one starts at the same place with what was stored.</summary>
    protected async Task RestartMasterAsync()
    {
        await daemon.DisposeAsync();
        await Node.SettleAsync();
        daemon = MasterDaemon.Start(Node.Manager, Options, storage);
        await Node.SettleAsync();
    }

    /// <summary>Likewise, with what an earlier master left.</summary>
    internal async Task StoreAndRestartAsync(Registry registry)
    {
        await storage.StoreAsync(registry.ToByteArray());
        await RestartMasterAsync();
    }

    internal async Task<Registry> StoredAsync() => Registry.Parser.ParseFrom((await storage.FetchAsync()).Span);

    /// <summary>Time passes while pings go to and fro.</summary>
    protected async Task PassAsync(TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(15);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            await Node.AdvanceAsync(step);
        }
    }

    /// <summary>Waits for what a master is asked, in virtual time.</summary>
    protected async Task<T> AskAsync<T>(Task<T> answer)
    {
        await Node.SettleAsync();
        return await answer;
    }

    protected async Task<double?> MetricAsync(string name)
    {
        var all = Node.Manager.Metrics.SnapshotAsync();
        await Node.SettleAsync();
        return (await all).Where(metric => metric.Key == name).Select(metric => (double?)metric.Value).SingleOrDefault();
    }

    [TearDown]
    public async Task StopMaster()
    {
        await daemon.DisposeAsync();
        await Node.DisposeAsync();
    }

    protected async Task<FakeAgent> AgentAsync(string id = "slave(1)", Action<FakeAgent>? prepare = null)
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, daemon.Pid, id));
        prepare?.Invoke(agent);
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.Info.Id, Is.Not.Null, "the agent is not registered");
        return agent;
    }

    protected FakeScheduler Scheduler(string id = "scheduler-1") => Node.Spawn(new FakeScheduler(Node.Manager, daemon.Pid, id));

    /// <summary>A scheduler that has subscribed and forgotten the answers.</summary>
    protected async Task<FakeScheduler> SubscribedAsync(string id = "scheduler-1", Action<FakeScheduler>? prepare = null)
    {
        FakeScheduler scheduler = Scheduler(id);
        prepare?.Invoke(scheduler);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.Info.Id, Is.Not.Null, "the framework is not registered");
        return scheduler;
    }

    /// <summary>A scheduler that listens to a stream of events, has subscribed and forgotten the answers.</summary>
    protected Task<FakeScheduler> StreamAsync(string id = "stream-1", Action<FakeScheduler>? prepare = null) => SubscribedAsync(id, scheduler =>
    {
        Master.AddSchedulerStream(scheduler.Self);
        prepare?.Invoke(scheduler);
    });

    protected static Offer OnlyOffer(FakeScheduler scheduler)
    {
        ResourceOffersMessage[] messages = [.. scheduler.Take<ResourceOffersMessage>()];
        Assert.That(messages, Has.Length.EqualTo(1));
        Assert.That(messages[0].Offers, Has.Count.EqualTo(1));
        return messages[0].Offers[0];
    }

    /// <summary>An agent, a framework, and a task that runs.</summary>
    protected async Task<(FakeAgent Agent, FakeScheduler Scheduler, TaskInfo Task)> RunningTaskAsync(Action<FakeScheduler>? prepare = null)
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync(prepare: prepare);
        TaskInfo task = FakeScheduler.Task(OnlyOffer(scheduler) is var offer ? offer : null!);
        scheduler.Launch(offer, task);
        await Node.SettleAsync();
        StatusUpdate update = agent.Report(task, scheduler.FrameworkId, TaskState.TaskRunning);
        await Node.SettleAsync();
        scheduler.Acknowledge(update);
        await Node.SettleAsync();
        scheduler.Take();
        agent.Take();
        return (agent, scheduler, task);
    }
}

using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>What each method answers in each state, and what starting and ending say to the master.</summary>
[TestFixture]
internal sealed class LifecycleTests
{
    private static readonly TaskID Task1 = new() { Value = "task-1" };
    private static readonly OfferID Offer1 = new() { Value = "offer-1" };
    private static readonly SlaveID Agent1 = new() { Value = "agent-1" };
    private static readonly ExecutorID Executor1 = new() { Value = "executor-1" };

    private static readonly Dictionary<string, Func<ISchedulerDriver, Status>> Requests = new()
    {
        [nameof(ISchedulerDriver.RequestResources)] = driver => driver.RequestResources([new Request()]),
        [nameof(ISchedulerDriver.LaunchTasks)] = driver => driver.LaunchTasks(Offer1, []),
        ["LaunchTasks, several offers"] = driver => driver.LaunchTasks([Offer1], []),
        [nameof(ISchedulerDriver.AcceptOffers)] = driver => driver.AcceptOffers([Offer1], []),
        [nameof(ISchedulerDriver.DeclineOffer)] = driver => driver.DeclineOffer(Offer1),
        [nameof(ISchedulerDriver.KillTask)] = driver => driver.KillTask(Task1),
        [nameof(ISchedulerDriver.ReviveOffers)] = driver => driver.ReviveOffers(),
        ["ReviveOffers, roles"] = driver => driver.ReviveOffers(["a"]),
        ["ReviveOffers, no roles"] = driver => driver.ReviveOffers([]),
        [nameof(ISchedulerDriver.SuppressOffers)] = driver => driver.SuppressOffers(),
        ["SuppressOffers, roles"] = driver => driver.SuppressOffers(["a"]),
        ["SuppressOffers, no roles"] = driver => driver.SuppressOffers([]),
        [nameof(ISchedulerDriver.AcknowledgeStatusUpdate)] =
            driver => driver.AcknowledgeStatusUpdate(new TaskStatus { TaskId = Task1, State = TaskState.TaskRunning }),
        [nameof(ISchedulerDriver.SendFrameworkMessage)] = driver => driver.SendFrameworkMessage(Executor1, Agent1, new byte[] { 1 }),
        [nameof(ISchedulerDriver.ReconcileTasks)] = driver => driver.ReconcileTasks([]),
    };

    private static IEnumerable<string> RequestNames => Requests.Keys;

    [TestCaseSource(nameof(RequestNames))]
    public async Task A_request_answers_with_the_state_of_the_driver(string name)
    {
        await using var conversation = new Conversation(configure: options => options with { ImplicitAcknowledgements = false });
        MesosSchedulerDriver driver = conversation.Driver;
        Func<ISchedulerDriver, Status> request = Requests[name];

        Assert.That(request(driver), Is.EqualTo(Status.DriverNotStarted));
        driver.Start();
        Assert.That(request(driver), Is.EqualTo(Status.DriverRunning));
        driver.Abort();
        Assert.That(request(driver), Is.EqualTo(Status.DriverAborted));
        driver.Stop();
        Assert.That(request(driver), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Before_the_start_nothing_else_has_an_effect()
    {
        await using var conversation = new Conversation();
        MesosSchedulerDriver driver = conversation.Driver;
        Assert.Multiple(() =>
        {
            Assert.That(driver.Stop(), Is.EqualTo(Status.DriverNotStarted));
            Assert.That(driver.Abort(), Is.EqualTo(Status.DriverNotStarted));
            Assert.That(driver.Join(), Is.EqualTo(Status.DriverNotStarted));
            Assert.That(driver.UpdateFramework(Conversation.Framework("x"), []), Is.EqualTo(Status.DriverNotStarted));
        });
        Assert.That(await driver.JoinAsync(), Is.EqualTo(Status.DriverNotStarted));
        Assert.That(driver.Start(), Is.EqualTo(Status.DriverRunning));
    }

    [Test]
    public async Task A_driver_starts_once()
    {
        await using var conversation = new Conversation();
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverRunning));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverRunning));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Run(), Is.EqualTo(Status.DriverStopped));
        Assert.That(await conversation.Driver.RunAsync(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Stopping_twice_says_stopped_and_stopping_after_an_abort_says_aborted_once()
    {
        await using var stopped = new Conversation();
        stopped.Driver.Start();
        Assert.That(stopped.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(stopped.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(stopped.Driver.Abort(), Is.EqualTo(Status.DriverStopped));

        await using var aborted = new Conversation();
        aborted.Driver.Start();
        Assert.That(aborted.Driver.Abort(), Is.EqualTo(Status.DriverAborted));
        Assert.That(aborted.Driver.Abort(), Is.EqualTo(Status.DriverAborted));
        Assert.That(aborted.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(aborted.Driver.Stop(), Is.EqualTo(Status.DriverAborted));
        Assert.That(aborted.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Stopping_removes_the_framework()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Task<Status> joined = conversation.Driver.JoinAsync();
        conversation.Driver.Stop();
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Teardown);
        Assert.That(call, Is.EqualTo(new Call { Type = Call.Types.Type.Teardown, FrameworkId = FakeMaster.FrameworkId }));
        Assert.That(await joined, Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Stopping_for_failover_says_nothing()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.KillTask(Task1);
        conversation.Driver.Stop(failover: true);
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
        await conversation.DisposeAsync();
        Assert.That(conversation.Master.TryTake(out _), Is.False);
    }

    [Test]
    public async Task Aborting_ends_offers_and_callbacks_but_a_stop_still_removes_the_framework()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.KillTask(Task1);
        conversation.Driver.Abort();
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
        Assert.That(
            await conversation.Master.NextAsync<DeactivateFrameworkMessage>(),
            Is.EqualTo(new DeactivateFrameworkMessage { FrameworkId = FakeMaster.FrameworkId }));
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));

        conversation.Master.TellOffer("slave(1)@127.0.0.1:5051");
        conversation.Master.Tell(new FrameworkErrorMessage { Message = "late" });
        conversation.Driver.Stop();
        await conversation.Master.NextCallAsync(Call.Types.Type.Teardown);
        Assert.That(conversation.Scheduler.TryTake(out _), Is.False);
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Ending_before_the_registration_says_nothing()
    {
        await using var aborted = new Conversation();
        aborted.Driver.Start();
        await aborted.Master.NextCallAsync(Call.Types.Type.Subscribe);
        aborted.Driver.Abort();
        Assert.That(await aborted.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
        await aborted.Node.AdvanceAsync(TimeSpan.FromMinutes(5));
        aborted.Driver.Stop();
        await aborted.DisposeAsync();
        Assert.That(aborted.Master.TryTake(out _), Is.False);
    }

    [Test]
    public async Task Join_blocks_until_the_end_and_refuses_to_be_called_in_a_callback()
    {
        await using var conversation = new Conversation();
        Exception? refused = null;
        conversation.Scheduler.Inside = (name, driver) =>
        {
            refused = Assert.Catch(() => driver.Join());
            driver.Stop();
        };
        Task<Status> run = Task.Run(conversation.Driver.Run);
        await conversation.Master.AcceptFrameworkAsync();
        Assert.That(await run, Is.EqualTo(Status.DriverStopped));
        Assert.That(refused, Is.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task Waiting_for_the_end_can_be_given_up()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        using var cancellation = new CancellationTokenSource();
        Task<Status> joined = conversation.Driver.JoinAsync(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await joined, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(conversation.Driver.Status, Is.EqualTo(Status.DriverRunning));
    }

    [TestCase("local", "not built")]
    [TestCase("not an address", "not an address")]
    [TestCase("zk://127.0.0.1:2181", "zk://")]
    [TestCase("file:///there/is/no/such/file", "/there/is/no/such/file")]
    public async Task A_master_that_cannot_be_looked_for_is_an_error(string master, string expected)
    {
        await using var conversation = new Conversation(master: master);
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain(expected));
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Many_threads_may_use_the_driver_while_one_stops_it()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Task[] users =
        [
            .. Enumerable.Range(0, 4).Select(user => Task.Run(() =>
            {
                for (int i = 0; i < 1000 && conversation.Driver.KillTask(new TaskID { Value = $"{user}" }) == Status.DriverRunning; i++)
                {
                }
            })),
        ];
        for (int i = 0; i < 100; i++)
        {
            await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
        }

        conversation.Driver.Stop();
        await Task.WhenAll(users);
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        Call call;
        do
        {
            call = await conversation.Master.NextAsync<Call>();
        }
        while (call.Type == Call.Types.Type.Kill);

        Assert.That(call.Type, Is.EqualTo(Call.Types.Type.Teardown));
    }

    [Test]
    public async Task A_node_that_ends_takes_its_driver_with_it()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Task<Status> joined = conversation.Driver.JoinAsync();
        await conversation.Node.DisposeAsync();
        Assert.That(await joined, Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task The_queues_of_the_first_driver_of_a_node_are_metrics()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.MasterNode.Manager.Send(
            conversation.Agent.Self, conversation.Master.Framework, new LostSlaveMessage { SlaveId = Agent1 });
        conversation.Master.Tell(new LostSlaveMessage { SlaveId = Agent1 });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.SlaveLost));
        await using var second = new MesosSchedulerDriver(
            new RecordingScheduler(),
            Conversation.Framework(),
            conversation.Master.Self.ToString(),
            new SchedulerDriverOptions { Manager = conversation.Node.Manager });
        second.Start();
        Dictionary<string, double> metrics = new(await conversation.Node.Manager.Metrics.SnapshotAsync());
        Assert.That(metrics["scheduler/event_queue_messages"], Is.Zero);
        Assert.That(metrics["scheduler/event_queue_dispatches"], Is.Zero);
        Assert.That(metrics["scheduler/dropped_messages"], Is.EqualTo(1));
        conversation.Driver.Stop();
        await conversation.Driver.DisposeAsync();
        metrics = new(await conversation.Node.Manager.Metrics.SnapshotAsync());
        Assert.That(metrics.Keys, Has.None.StartsWith("scheduler/"));
    }

    [Test]
    public async Task A_setting_that_cannot_be_read_is_an_error()
    {
        await using var conversation = new Conversation(configure: options => options with
        {
            Environment = new Dictionary<string, string> { ["MESOS_REGISTRATION_BACKOFF_FACTOR"] = "soon", ["MESOS_SANDBOX"] = "other" },
        });
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(
            await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)),
            Does.Contain("MESOS_REGISTRATION_BACKOFF_FACTOR").And.Contain("soon"));
    }

    [Test]
    public async Task A_shortest_time_beyond_the_longest_is_refused()
    {
        await using var conversation = new Conversation(configure: options => options with
        {
            Environment = new Dictionary<string, string> { ["MESOS_AUTHENTICATION_TIMEOUT_MIN"] = "2mins" },
        });
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(
            await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)),
            Does.Contain("authentication_timeout_min").And.Contain("2mins").And.Contain("authentication_timeout_max=1mins"));
    }

    [Test]
    public async Task Modules_are_refused_because_they_are_not_built()
    {
        await using var conversation = new Conversation(configure: options => options with
        {
            Environment = new Dictionary<string, string> { ["MESOS_MODULES_DIR"] = "modules" },
        });
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain("not built"));
    }

    [Test]
    public async Task A_driver_without_a_node_makes_one_of_its_own()
    {
        await using var peers = new Conversation();
        var scheduler = new RecordingScheduler();
        await using var driver = new MesosSchedulerDriver(
            scheduler,
            Conversation.Framework(),
            $"master@{peers.Master.Self.Address}",
            new SchedulerDriverOptions { Environment = new Dictionary<string, string> { ["LIBPROCESS_IP"] = "127.0.0.1" } });
        driver.Start();
        await peers.Master.AcceptFrameworkAsync();
        await scheduler.NextAsync(nameof(IScheduler.Registered));
        driver.Stop();
        await driver.DisposeAsync();
        await peers.Master.NextCallAsync(Call.Types.Type.Teardown);
    }
}

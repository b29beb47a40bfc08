using Google.Protobuf;
using Mesos.Common;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Accept;

public sealed class AcceptTests : MasterTest
{
    private FakeAgent agent = null!;
    private FakeScheduler scheduler = null!;
    private Offer offer = null!;

    [SetUp]
    public async Task Offer()
    {
        agent = await AgentAsync();
        scheduler = await SubscribedAsync();
        offer = OnlyOffer(scheduler);
    }

    [TestCase(false, TaskState.TaskLost)]
    [TestCase(true, TaskState.TaskDropped)]
    public async Task Tasks_on_an_offer_that_is_gone_are_lost_or_dropped(bool partitionAware, TaskState expected)
    {
        if (partitionAware)
        {
            scheduler = await SubscribedAsync("scheduler-2", s => s.With(Capability.PartitionAware));
        }

        scheduler.Take();
        offer.Id.Value = "gone";
        scheduler.Launch(offer, FakeScheduler.Task(offer));
        await Node.SettleAsync();
        var message = scheduler.TakeOnly<StatusUpdateMessage>();
        TaskStatus status = message.Update.Status;
        Assert.That(message.Pid, Is.EqualTo("@0.0.0.0:0"));
        Assert.That(message.Update.HasUuid || status.HasUuid || message.Update.HasLatestState, Is.False);
        Assert.That((status.State, status.Reason, status.Source), Is.EqualTo((expected, Reason.InvalidOffers, TaskStatus.Types.Source.Master)));
        Assert.That(status.Message, Is.EqualTo("Task launched with invalid offers: Offer gone is no longer valid"));
        Assert.That(status.SlaveId, Is.EqualTo(offer.SlaveId));
    }

    [Test]
    public async Task An_offer_counts_once_and_for_its_framework_only()
    {
        FakeScheduler other = await SubscribedAsync("scheduler-2");
        other.Take();
        other.Launch(offer, FakeScheduler.Task(offer, "stolen"));
        await Node.SettleAsync();
        Assert.That(other.TakeOnly<StatusUpdateMessage>().Update.Status.Message, Does.Contain("has invalid framework"));
        Assert.That(agent.Take(), Is.Empty);

        scheduler.Accept([offer, offer], new Filters(), FakeScheduler.Operation(FakeScheduler.Task(offer)));
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message, Does.Contain("Duplicate offer"));

        // The offer went back, without a filter.
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.Take().Concat(other.Take()).OfType<ResourceOffersMessage>().Count(), Is.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Case("The id is empty", task => task.TaskId.Value = "");
        yield return Case("'a/b' contains invalid characters", task => task.TaskId.Value = "a/b");
        yield return Case("Task uses invalid agent other while agent", task => task.SlaveId.Value = "other");
        yield return Case("Task uses no resources", task => task.Resources.Clear());
        yield return Case("Task uses duplicate persistence ID", task =>
        {
            task.Resources.Add(OperationFixtures.Volume("v", 10, role: "x"));
            task.Resources.Add(OperationFixtures.Volume("v", 20, role: "x"));
        });
        yield return Case("Invalid task resources: The resources have multiple allocation roles", task =>
            task.Resources[0].AllocationInfo = new Resource.Types.AllocationInfo { Role = "other" });
        yield return Case("Task should have at least one (but not both) of CommandInfo or ExecutorInfo", task => task.Command = null);
        yield return Case("Task should have at least one (but not both) of CommandInfo or ExecutorInfo", task =>
            task.Executor = Executor("e"));
        yield return Case("Total resources", task => task.Resources[0].Scalar.Value = 100);
        yield return Case("Task's 'kill_policy.grace_period' must be non-negative", task =>
            task.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = -1 } });
        yield return Case("Task's `max_completion_time` must be non-negative", task => task.MaxCompletionTime = new DurationInfo { Nanoseconds = -1 });
        yield return Case("Task uses invalid check: Expecting 'tcp' to be set", task =>
            task.Check = new CheckInfo { Type = CheckInfo.Types.Type.Tcp });
        yield return Case("Task uses invalid health check: HealthCheck must specify 'type'", task => task.HealthCheck = new HealthCheck());
        yield return Case("Task's `CommandInfo` is invalid: Environment variable 'x' of type 'VALUE' must have a value set", task =>
            task.Command.Environment = new Proto.Environment { Variables = { new Proto.Environment.Types.Variable { Name = "x" } } });
        yield return Case("Task's `ContainerInfo` is invalid: DockerInfo 'docker' is not set", task =>
            task.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Docker });
        yield return Case("Only cpus and mem may be included", task => task.Limits.Add("disk", new Value.Types.Scalar { Value = 1 }));
        yield return Case("The cpu limit must be greater", task => task.Limits.Add("cpus", new Value.Types.Scalar { Value = 0.1 }));
        yield return Case("'ExecutorInfo.command' must be set", task =>
        {
            task.Command = null;
            task.Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "e" } };
        });
        yield return Case("'ExecutorInfo.type' must be 'CUSTOM'", task =>
        {
            task.Command = null;
            task.Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "e" }, Type = ExecutorInfo.Types.Type.Default };
        });
        yield return Case("ExecutorInfo has an invalid FrameworkID", task =>
        {
            task.Command = null;
            task.Executor = Executor("e");
            task.Executor.FrameworkId = new FrameworkID { Value = "other" };
        });
        yield return Case("There are overlapping resources", task =>
        {
            task.Command = null;
            task.Resources.Add(Resources.Parse("ports:[31000-31010]"));
            task.Executor = Executor("e");
            task.Executor.Resources.Add(Resources.Parse("ports:[31010-31020]"));
        });

        static TestCaseData Case(string message, Action<TaskInfo> change) => new TestCaseData(message, change).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task A_wrong_task_is_an_error_and_the_others_of_the_call_run(string message, Action<TaskInfo> change)
    {
        TaskInfo wrong = FakeScheduler.Task(offer, "wrong");
        change(wrong);
        scheduler.Launch(offer, wrong, FakeScheduler.Task(offer, "right"));
        await Node.SettleAsync();
        var update = scheduler.TakeOnly<StatusUpdateMessage>();
        Assert.That((update.Update.Status.State, update.Update.Status.Reason), Is.EqualTo((TaskState.TaskError, Reason.TaskInvalid)));
        Assert.That(update.Update.Status.Message, Does.StartWith(message));
        Assert.That(update.Pid, Is.EqualTo("@0.0.0.0:0"));
        Assert.That(agent.TakeOnly<RunTaskMessage>().Task.TaskId.Value, Is.EqualTo("right"));
    }

    [Test]
    public async Task Resources_that_are_not_well_formed_spoil_the_whole_launch()
    {
        TaskInfo wrong = FakeScheduler.Task(offer, "wrong");
        wrong.Resources[0].Scalar.Value = -1;
        scheduler.Launch(offer, wrong, FakeScheduler.Task(offer, "right"));
        await Node.SettleAsync();
        Assert.That(
            scheduler.Take<StatusUpdateMessage>().Select(update => (update.Update.Status.TaskId.Value, update.Update.Status.Reason)),
            Is.EqualTo(new[] { ("wrong", Reason.TaskInvalid), ("right", Reason.TaskInvalid) }));
        Assert.That(agent.Take(), Is.Empty);
    }

    [Test]
    public async Task Two_tasks_cannot_have_one_id()
    {
        scheduler.Launch(offer, FakeScheduler.Task(offer), FakeScheduler.Task(offer));
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message, Is.EqualTo("Task has duplicate ID: task-1"));
        agent.TakeOnly<RunTaskMessage>();
    }

    [Test]
    public async Task Tasks_of_one_executor_start_it_once_and_must_mean_the_same()
    {
        TaskInfo[] tasks = [.. Enumerable.Range(1, 3).Select(i => WithExecutor($"task-{i}", Executor("e")))];
        tasks[2].Executor.Command.Value = "other";
        scheduler.Launch(offer, tasks);
        await Node.SettleAsync();
        IReadOnlyList<RunTaskMessage> runs = agent.Take<RunTaskMessage>();
        Assert.That(runs.Select(run => run.LaunchExecutor), Is.EqualTo(new[] { true, false }));
        Assert.That(runs.Select(run => run.Task.Executor.FrameworkId), Is.All.EqualTo(scheduler.FrameworkId));
        Assert.That(
            scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message,
            Does.StartWith("ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n-----"));

        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Offer next = OnlyOffer(scheduler);
        Assert.That(next.ExecutorIds.Select(id => id.Value), Is.EqualTo(new[] { "e" }));
    }

    [Test]
    public async Task Leftovers_are_declined_with_the_filters_of_the_call()
    {
        scheduler.Accept([offer], new Filters { RefuseSeconds = 10 }, FakeScheduler.Operation(FakeScheduler.Task(offer)));
        for (int second = 0; second < 10; second++)
        {
            await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.That(scheduler.Take(), Is.Empty);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(Resources.From(OnlyOffer(scheduler).Resources).Cpus, Is.EqualTo(3.5));
    }

    [TestCase(null)]
    [TestCase(-1)]
    public async Task Without_a_sensible_time_a_refusal_lasts_five_seconds(double? seconds)
    {
        scheduler.Decline(offer, seconds);
        for (int second = 0; second < 5; second++)
        {
            await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.That(scheduler.Take(), Is.Empty);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_refusal_of_zero_seconds_is_none()
    {
        scheduler.Decline(offer, 0);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task An_operation_that_asks_for_feedback_is_answered_with_an_error()
    {
        var reserve = new Offer.Types.Operation
        {
            Type = OperationType.Reserve,
            Id = new OperationID { Value = "op" },
            Reserve = new Offer.Types.Operation.Types.Reserve(),
        };
        scheduler.Accept([offer], null, reserve, new Offer.Types.Operation { Type = OperationType.Create });
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<FrameworkErrorMessage>().Message,
            Does.StartWith("The 'id' field was set in an offer operation, but operation feedback is not supported for the SchedulerDriver API"));
    }

    [Test]
    public async Task An_id_on_a_launch_is_an_error()
    {
        Offer.Types.Operation launch = FakeScheduler.Operation(FakeScheduler.Task(offer));
        launch.Id = new OperationID { Value = "op" };
        scheduler.Accept([offer], null, launch);
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.Message,
            Is.EqualTo("The `id` field cannot be set on LAUNCH operations"));
    }

    [Test]
    public async Task The_older_message_launches_and_without_tasks_declines()
    {
        var message = new LaunchTasksMessage { FrameworkId = scheduler.FrameworkId.Clone(), Filters = new Filters { RefuseSeconds = 1 } };
        message.OfferIds.Add(offer.Id);
        message.Tasks.Add(FakeScheduler.Task(offer));
        scheduler.Say(message);
        await Node.SettleAsync();
        agent.TakeOnly<RunTaskMessage>();

        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Offer next = OnlyOffer(scheduler);
        var decline = new LaunchTasksMessage { FrameworkId = scheduler.FrameworkId.Clone(), Filters = new Filters { RefuseSeconds = 1 } };
        decline.OfferIds.Add(next.Id);
        scheduler.Say(decline);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_task_for_an_older_agent_travels_in_the_older_format()
    {
        scheduler.Decline(offer, 1000);
        FakeAgent older = await AgentAsync("slave(2)", a => a.Capabilities.Clear());
        Offer fromOlder = OnlyOffer(scheduler);
        scheduler.Launch(fromOlder, FakeScheduler.Task(fromOlder));
        await Node.SettleAsync();
        RunTaskMessage run = older.TakeOnly<RunTaskMessage>();
        Assert.That(run.Task.Resources.Select(resource => resource.HasRole), Is.All.True);
    }

    [Test]
    public async Task Frameworks_with_several_roles_see_roles_and_the_newer_format()
    {
        scheduler.Decline(offer, 1000);
        FakeScheduler modern = await SubscribedAsync("scheduler-2", s =>
        {
            s.With(Capability.MultiRole, Capability.ReservationRefinement);
            s.Info.Roles.Add("dev");
        });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Offer seen = modern.Take<ResourceOffersMessage>().Single().Offers.Single();
        Assert.That(seen.AllocationInfo.Role, Is.EqualTo("dev"));
        Assert.That(seen.Resources.Select(resource => resource.AllocationInfo.Role), Is.All.EqualTo("dev"));
        Assert.That(seen.Resources.Select(resource => resource.HasRole), Is.All.False);
    }

    private TaskInfo WithExecutor(string id, ExecutorInfo executor)
    {
        TaskInfo task = FakeScheduler.Task(offer, id);
        (task.Command, task.Executor) = (null, executor);
        return task;
    }

    private static ExecutorInfo Executor(string id) => new()
    {
        ExecutorId = new ExecutorID { Value = id },
        Command = new CommandInfo { Value = "run" },
        Name = "executor",
    };
}

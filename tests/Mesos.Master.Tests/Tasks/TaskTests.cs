using Google.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Tasks;

public sealed class TaskTests : MasterTest
{
    [Test]
    public async Task Reconciliation_answers_in_order_with_what_is_known()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        scheduler.Make(Call.Types.Type.Reconcile, call =>
        {
            call.Reconcile = new Call.Types.Reconcile();
            call.Reconcile.Tasks.Add(Asked("nobody"));
            call.Reconcile.Tasks.Add(Asked("task-1"));
            call.Reconcile.Tasks.Add(Asked("elsewhere", agent.AgentId));
            call.Reconcile.Tasks.Add(Asked("elsewhere", "unknown-agent"));
        });
        await Node.SettleAsync();
        StatusUpdateMessage[] answers = [.. scheduler.Take<StatusUpdateMessage>()];
        Assert.That(answers.Select(answer => answer.HasPid || answer.Update.HasUuid || answer.Update.HasLatestState), Is.All.False);
        Assert.That(answers.Select(answer => answer.Update.Status.Source), Is.All.EqualTo(TaskStatus.Types.Source.Master));
        Assert.That(answers.Select(answer => answer.Update.Status.Reason), Is.All.EqualTo(Reason.Reconciliation));
        Assert.That(
            answers.Select(answer => (answer.Update.Status.State, answer.Update.Status.Message)),
            Is.EqualTo(new[]
            {
                (TaskState.TaskLost, "Reconciliation: Task is unknown"),
                (TaskState.TaskRunning, "Reconciliation: Latest task state"),
                (TaskState.TaskLost, "Reconciliation: Task is unknown to the agent"),
                (TaskState.TaskLost, "Reconciliation: Task is unknown"),
            }));
        Assert.That(answers[0].Update.SlaveId, Is.Null);
        Assert.That(answers[0].Update.Status.SlaveId, Is.Null);
        Assert.That(answers[1].Update.SlaveId, Is.EqualTo(task.SlaveId));
        Assert.That(answers[1].Update.Status.ContainerStatus.ExecutorPid, Is.EqualTo(7));
        Assert.That(answers[1].Update.Timestamp, Is.EqualTo(answers[1].Update.Status.Timestamp));

        static Call.Types.Reconcile.Types.Task Asked(string id, string? agentId = null) => new()
        {
            TaskId = new TaskID { Value = id },
            SlaveId = agentId is null ? null : new SlaveID { Value = agentId },
        };
    }

    [Test]
    public async Task Partition_aware_frameworks_hear_the_exact_states()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        scheduler.Say(new ReconcileTasksMessage
        {
            FrameworkId = scheduler.FrameworkId.Clone(),
            Statuses =
            {
                new TaskStatus { TaskId = new TaskID { Value = "a" }, State = TaskState.TaskRunning },
                new TaskStatus { TaskId = new TaskID { Value = "b" }, State = TaskState.TaskRunning, SlaveId = agent.Info.Id.Clone() },
            },
        });
        await Node.SettleAsync();
        Assert.That(
            scheduler.Take<StatusUpdateMessage>().Select(answer => answer.Update.Status.State),
            Is.EqualTo(new[] { TaskState.TaskUnknown, TaskState.TaskGone }));
    }

    [Test]
    public async Task A_kill_goes_to_the_agent_every_time_and_for_unknown_tasks_is_answered()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        for (int i = 0; i < 2; i++)
        {
            scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill
            {
                TaskId = task.TaskId.Clone(),
                KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 5 } },
            });
        }

        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = new TaskID { Value = "nobody" } });
        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill
        {
            TaskId = task.TaskId.Clone(),
            SlaveId = new SlaveID { Value = "other" },
        });
        await Node.SettleAsync();
        IReadOnlyList<KillTaskMessage> kills = agent.Take<KillTaskMessage>();
        Assert.That(kills.Select(kill => kill.KillPolicy.GracePeriod.Nanoseconds), Is.EqualTo(new[] { 5, 5 }));
        StatusUpdateMessage answer = scheduler.TakeOnly<StatusUpdateMessage>();
        Assert.That(answer.HasPid, Is.False);
        Assert.That(answer.Update.Status.Message, Is.EqualTo("Reconciliation: Task is unknown"));
    }

    private static IEnumerable<TestCaseData> BadUpdates()
    {
        yield return Case("no pid", message => message.ClearPid());
        yield return Case("an empty pid", message => message.Pid = "@0.0.0.0:0");
        yield return Case("a pid that is none", message => message.Pid = "nonsense");
        yield return Case("no uuid", message => message.Update.ClearUuid());
        yield return Case("a short uuid", message => message.Update.Uuid = ByteString.CopyFromUtf8("short"));
        yield return Case("a status without uuid", message => message.Update.Status.ClearUuid());
        yield return Case("no agent", message => message.Update.SlaveId = null);
        yield return Case("an unknown agent", message => message.Update.SlaveId.Value = "other");

        static TestCaseData Case(string name, Action<StatusUpdateMessage> change) => new TestCaseData(change).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(BadUpdates))]
    public async Task An_update_that_ends_the_original_is_dropped(Action<StatusUpdateMessage> change)
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        ByteString uuid = UuidBytes.ToByteString(Guid.Parse("11111111-1111-4111-8111-111111111111"));
        var message = new StatusUpdateMessage
        {
            Pid = agent.Self.ToString(),
            Update = new StatusUpdate
            {
                FrameworkId = scheduler.FrameworkId.Clone(),
                SlaveId = agent.Info.Id.Clone(),
                Uuid = uuid,
                Status = new TaskStatus { TaskId = task.TaskId.Clone(), State = TaskState.TaskFinished, Uuid = uuid },
            },
        };
        change(message);
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task Updates_of_unknown_tasks_are_passed_on_and_an_ended_task_stays_ended()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        TaskInfo unknown = task.Clone();
        unknown.TaskId.Value = "unknown";
        agent.Report(unknown, scheduler.FrameworkId, TaskState.TaskRunning);
        agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        agent.Report(task, scheduler.FrameworkId, TaskState.TaskRunning);
        await Node.SettleAsync();
        Assert.That(
            scheduler.Take<StatusUpdateMessage>().Select(message => message.Update.Status.State),
            Is.EqualTo(new[] { TaskState.TaskRunning, TaskState.TaskFinished, TaskState.TaskRunning }));

        // Freed once, not again.
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(OnlyOffer(scheduler).Resources.Single(resource => resource.Name == "cpus").Scalar.Value, Is.EqualTo(4));
    }

    [Test]
    public async Task The_latest_state_frees_resources_before_the_framework_has_heard_of_it()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        StatusUpdate running = agent.Report(task, scheduler.FrameworkId, TaskState.TaskRunning, latest: TaskState.TaskFinished);
        await Node.SettleAsync();
        scheduler.Acknowledge(running);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(OnlyOffer(scheduler).Resources.Single(resource => resource.Name == "cpus").Scalar.Value, Is.EqualTo(4));

        // Told is RUNNING still.
        scheduler.Make(Call.Types.Type.Reconcile, call => call.Reconcile = new Call.Types.Reconcile());
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskRunning));
    }

    [Test]
    public async Task Acknowledgements_go_to_the_agent_and_the_last_one_forgets_the_task()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        StatusUpdate finished = agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        await Node.SettleAsync();
        StatusUpdate wrong = finished.Clone();
        wrong.Uuid = UuidBytes.ToByteString(Guid.Parse("22222222-2222-4222-8222-222222222222"));
        scheduler.Acknowledge(wrong);
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<StatusUpdateAcknowledgementMessage>().Uuid, Is.EqualTo(wrong.Uuid), "the agent decides");

        scheduler.Take();
        scheduler.Say(new StatusUpdateAcknowledgementMessage
        {
            SlaveId = finished.SlaveId,
            FrameworkId = scheduler.FrameworkId.Clone(),
            TaskId = finished.Status.TaskId,
            Uuid = finished.Uuid,
        });
        scheduler.Make(Call.Types.Type.Reconcile, call => call.Reconcile = new Call.Types.Reconcile());
        await Node.SettleAsync();
        agent.TakeOnly<StatusUpdateAcknowledgementMessage>();
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task Bad_acknowledgements_go_nowhere()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        scheduler.Make(Call.Types.Type.Acknowledge, call => call.Acknowledge = new Call.Types.Acknowledge
        {
            SlaveId = agent.Info.Id.Clone(),
            TaskId = task.TaskId.Clone(),
            Uuid = ByteString.CopyFromUtf8("x"),
        });
        scheduler.Make(Call.Types.Type.Acknowledge, call => call.Acknowledge = new Call.Types.Acknowledge
        {
            SlaveId = new SlaveID { Value = "other" },
            TaskId = task.TaskId.Clone(),
            Uuid = UuidBytes.ToByteString(Guid.Parse("22222222-2222-4222-8222-222222222222")),
        });
        await Node.SettleAsync();
        Assert.That(agent.Take(), Is.Empty);
    }

    [Test]
    public async Task Messages_travel_both_ways()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        var executorId = new ExecutorID { Value = "e" };
        ByteString data = ByteString.CopyFromUtf8("hello");
        scheduler.Make(Call.Types.Type.Message, call => call.Message = new Call.Types.Message
        {
            SlaveId = agent.Info.Id.Clone(),
            ExecutorId = executorId.Clone(),
            Data = data,
        });
        scheduler.Say(new FrameworkToExecutorMessage
        {
            SlaveId = agent.Info.Id.Clone(),
            FrameworkId = scheduler.FrameworkId.Clone(),
            ExecutorId = executorId.Clone(),
            Data = data,
        });
        var back = new ExecutorToFrameworkMessage
        {
            SlaveId = agent.Info.Id.Clone(),
            FrameworkId = scheduler.FrameworkId.Clone(),
            ExecutorId = executorId.Clone(),
            Data = data,
        };
        agent.Say(back.Clone());
        await Node.SettleAsync();
        IReadOnlyList<FrameworkToExecutorMessage> there = agent.Take<FrameworkToExecutorMessage>();
        Assert.That(there, Has.Count.EqualTo(2));
        Assert.That(there.Select(message => (message.FrameworkId, message.Data)), Is.All.EqualTo((scheduler.FrameworkId, data)));
        Assert.That(scheduler.TakeOnly<ExecutorToFrameworkMessage>(), Is.EqualTo(back));
    }

    [Test]
    public async Task The_end_of_an_executor_is_told_and_frees_its_resources()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer offer = OnlyOffer(scheduler);
        TaskInfo task = FakeScheduler.TaskOfExecutor(offer);
        scheduler.Launch(offer, task);
        scheduler.Make(Call.Types.Type.Shutdown, call => call.Shutdown = new Call.Types.Shutdown
        {
            ExecutorId = new ExecutorID { Value = "e" },
            SlaveId = agent.Info.Id.Clone(),
        });
        await Node.SettleAsync();
        Assert.That(agent.Take<ShutdownExecutorMessage>().Single().ExecutorId.Value, Is.EqualTo("e"));

        var exited = new ExitedExecutorMessage
        {
            SlaveId = agent.Info.Id.Clone(),
            FrameworkId = scheduler.FrameworkId.Clone(),
            ExecutorId = new ExecutorID { Value = "e" },
            Status = 9,
        };
        agent.Say(exited.Clone());
        agent.Say(exited.Clone());
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<ExitedExecutorMessage>(), Is.EqualTo(exited), "once: then the executor is unknown");
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(OnlyOffer(scheduler).Resources.Single(resource => resource.Name == "cpus").Scalar.Value, Is.EqualTo(3.5));
    }
}

using Google.Protobuf;
using Mesos.Slave.Paths;

namespace Mesos.Slave.Tests;

/// <summary>The order in which executors hear of things, on a disk that takes its time.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class DeliveryTests
{
    private HeldStore disk = null!;
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig(wrapStore: store => disk = new HeldStore(store)) { Checkpoint = true };
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task No_container_starts_before_it_is_written_down_under_which_id()
    {
        await using var other = new SlaveRig(wrapStore: store => disk = new HeldStore(store)) { Checkpoint = true };
        other.Detector.Appoint(other.MasterInfo);
        await other.Node.AdvanceAsync(other.Options.RegistrationBackoffFactor);
        RunTaskMessage run = other.ExecutorTask();
        run.ResourceVersionUuids.Clear();
        disk.Hold("slave.info");
        await other.SendTogetherAsync(other.Master, new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } }, run);
        Assert.That(other.Containers.Launches, Is.Empty);
        await disk.ReleaseAsync();
        await other.Node.SettleAsync();
        Assert.That(other.Containers.Launches, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_task_that_comes_while_its_executor_registers_does_not_overtake_those_before()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        disk.Hold();
        FakePeer executor = await rig.RegisterExecutorAsync();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        Assert.That(executor.All, Is.Empty, "an agent that comes back would not know where it is");
        await ReleaseAsync();
        Assert.That(executor.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage", "RunTaskMessage", "RunTaskMessage" }));
        Assert.That(executor.Got<RunTaskMessage>().Select(message => message.Task.TaskId.Value), Is.EqualTo(new[] { "task-1", "task-2" }));
    }

    [Test]
    public async Task Tasks_that_come_while_others_are_written_down_keep_their_order()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        disk.Hold();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        await rig.FromMasterAsync(rig.ExecutorTask("task-3", launchExecutor: false));
        await rig.FromMasterAsync(rig.ExecutorTask("task-4", launchExecutor: false));
        Assert.That(executor.All, Is.Empty);
        await ReleaseAsync();
        Assert.That(executor.Got<RunTaskMessage>().Select(message => message.Task.TaskId.Value), Is.EqualTo(new[] { "task-2", "task-3", "task-4" }));
    }

    [Test]
    public async Task Nothing_reaches_an_executor_before_it_is_told_that_it_has_registered()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        disk.Hold();
        FakePeer executor = await rig.RegisterExecutorAsync();
        await rig.SendAsync(rig.Scheduler, new FrameworkToExecutorMessage
        {
            SlaveId = new SlaveID { Value = SlaveRig.SlaveId },
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            ExecutorId = new ExecutorID { Value = "exec-1" },
            Data = ByteString.CopyFromUtf8("early"),
        });
        await rig.FromMasterAsync(Kill("task-1"));
        Assert.That(executor.All, Is.Empty);
        await ReleaseAsync();
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }), "all it was for is over");
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskKilled));
    }

    [Test]
    public async Task A_second_executor_is_sent_away_while_the_first_one_registers_and_slow_disks_are_not_its_fault()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        disk.Hold();
        FakePeer first = await rig.RegisterExecutorAsync();
        FakePeer second = await rig.RegisterExecutorAsync();
        Assert.That(second.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        await rig.Node.AdvanceAsync(rig.Options.ExecutorRegistrationTimeout);
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        await ReleaseAsync();
        Assert.That(first.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage", "RunTaskMessage" }));
    }

    [Test]
    public async Task A_task_is_written_down_when_it_is_queued()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        Assert.That((Records("task-1", "task.info"), Records("task-2", "task.info")), Is.EqualTo((1, 1)), "its executor has not even registered");
    }

    [Test]
    public async Task Tasks_whose_executor_had_not_registered_when_the_agent_ended_are_lost_for_that_reason()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(message => (message.Update.Status.TaskId.Value, message.Update.Status.State, message.Update.Status.Reason)),
            Is.EquivalentTo(new[]
            {
                ("task-1", TaskState.TaskLost, TaskStatus.Types.Reason.ExecutorReregistrationTimeout),
                ("task-2", TaskState.TaskLost, TaskStatus.Types.Reason.ExecutorReregistrationTimeout),
            }));
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_task_killed_before_its_executor_got_it_stays_killed_after_a_restart()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        await rig.FromMasterAsync(Kill("task-2"));
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(message => (message.Update.Status.TaskId.Value, message.Update.Status.State)),
            Is.EquivalentTo(new[] { ("task-1", TaskState.TaskLost), ("task-2", TaskState.TaskKilled) }));
    }

    [Test]
    public async Task A_task_may_have_the_id_of_one_whose_last_acknowledgement_is_being_written_down()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate end = rig.Master.Only<StatusUpdateMessage>().Update;
        (executor, FakePeer master) = (Forgotten(executor), Forgotten(rig.Master));
        disk.Hold();
        await rig.SendTogetherAsync(
            master, SlaveRig.Acknowledgement(end), rig.ExecutorTask(launchExecutor: false), rig.ExecutorTask("task-2", launchExecutor: false));
        Assert.That(executor.All, Is.Empty);
        await ReleaseAsync();
        Assert.That(executor.Got<RunTaskMessage>().Select(message => message.Task.TaskId.Value), Is.EqualTo(new[] { "task-1", "task-2" }));
        Assert.That(master.All, Is.Empty);

        // What is kept of it begins anew.
        Assert.That((Records("task-1", "task.info"), Records("task-1", "task.updates")), Is.EqualTo((1, 0)));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(master.Only<StatusUpdateMessage>().Update);
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(
            master.Got<StatusUpdateMessage>().Select(message => (message.Update.Status.TaskId.Value, message.Update.Status.State)),
            Is.EquivalentTo(new[] { ("task-1", TaskState.TaskLost), ("task-2", TaskState.TaskLost) }),
            "the one of before has ended long ago");
    }

    [Test]
    public async Task A_kill_that_comes_while_the_end_of_the_one_before_is_being_written_down_is_heard_of()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate end = rig.Master.Only<StatusUpdateMessage>().Update;
        (executor, FakePeer master) = (Forgotten(executor), Forgotten(rig.Master));
        disk.Hold();
        await rig.SendTogetherAsync(master, SlaveRig.Acknowledgement(end), rig.ExecutorTask(launchExecutor: false));
        await rig.FromMasterAsync(Kill("task-1"));
        Assert.That(master.All, Is.Empty);
        await ReleaseAsync();
        Assert.That(master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskKilled));
        Assert.That(executor.All, Is.Empty);
        await rig.AcknowledgeAsync(master.Only<StatusUpdateMessage>().Update);
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_last_update_that_is_sent_again_is_not_confirmed_before_it_is_safe()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        StatusUpdateMessage end = rig.Update(executor, TaskState.TaskFinished);
        disk.Hold();
        await rig.SendAsync(executor, end);
        await rig.SendAsync(executor, end.Clone());
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Is.Empty);
        await ReleaseAsync();
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_command_task_with_the_id_of_one_whose_executor_still_ends_is_refused()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        FakePeer executor = await rig.RegisterExecutorAsync("task-1");
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, executor: "task-1"));
        StatusUpdate end = rig.Master.Only<StatusUpdateMessage>().Update;
        rig.Master.Forget();
        disk.Hold();
        await rig.SendTogetherAsync(rig.Master, SlaveRig.Acknowledgement(end), rig.CommandTask());
        await ReleaseAsync();
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That(
            (status.State, status.Reason, status.Message),
            Is.EqualTo((TaskState.TaskLost, Reason.TaskInvalid, "Cannot reuse an already existing executor for a command task")));
    }

    [Test]
    public async Task A_task_may_have_the_id_of_one_whose_acknowledgement_was_lost()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        (executor, FakePeer master) = (Forgotten(executor), Forgotten(rig.Master));
        await rig.FromMasterAsync(rig.ExecutorTask(launchExecutor: false));
        Assert.That(executor.Only<RunTaskMessage>().Task.TaskId.Value, Is.EqualTo("task-1"));
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(master.All, Is.Empty, "the end of the one before would be taken for the end of this one");
    }

    [Test]
    public async Task A_task_whose_id_is_in_use_does_not_start_and_the_framework_hears_how_far_the_other_is()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        (executor, FakePeer master) = (Forgotten(executor), Forgotten(rig.Master));
        await rig.FromMasterAsync(rig.ExecutorTask("task-1", "exec-2"));
        TaskStatus status = master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason, status.Source), Is.EqualTo((TaskState.TaskRunning, Reason.TaskInvalid, StatusSource.Slave)));
        Assert.That(master.Only<ExitedExecutorMessage>().ExecutorId.Value, Is.EqualTo("exec-2"), "the master counts on it");
        Assert.That(executor.All, Is.Empty);
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary()["slave/dropped_messages"], Is.EqualTo(1));
    }

    [Test]
    public async Task An_executor_that_is_shut_down_before_its_container_starts_fails_its_tasks_as_the_original_does()
    {
        disk.Hold();
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.FromMasterAsync(new ShutdownExecutorMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            ExecutorId = new ExecutorID { Value = "exec-1" },
        });
        await ReleaseAsync();
        Assert.That(rig.Containers.Launches, Is.Empty);
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That(
            (status.State, status.Reason, status.Message), Is.EqualTo((TaskState.TaskFailed, Reason.ContainerLaunchFailed, "Executor terminating")));
    }

    [Test]
    public async Task Tasks_that_are_about_to_be_launched_hold_their_resources_and_those_of_their_executor()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        disk.Hold();
        await rig.SendTogetherAsync(rig.Master, SlaveRig.Acknowledgement(rig.Master.Only<StatusUpdateMessage>().Update), rig.CommandTask());
        Dictionary<string, double> metrics = (await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary();
        Assert.That((metrics["slave/cpus_used"], metrics["slave/mem_used"]), Is.EqualTo((0.6, 32)));
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"unreserved_resources_allocated\":{\"disk\":0.0,\"mem\":32.0,\"gpus\":0.0,\"cpus\":0.6}"));
        await ReleaseAsync();
    }

    private static FakePeer Forgotten(FakePeer peer)
    {
        peer.Forget();
        return peer;
    }

    private static KillTaskMessage Kill(string task) => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        TaskId = new TaskID { Value = task },
    };

    private async Task ReleaseAsync()
    {
        await disk.ReleaseAsync();
        await rig.Node.SettleAsync();
    }

    /// <summary>How many files of a name there are for a task.</summary>
    private int Records(string task, string name) => Directory
        .EnumerateFiles(SlavePaths.Meta(rig.WorkDirectory), name, SearchOption.AllDirectories)
        .Count(path => Path.GetFileName(Path.GetDirectoryName(path)) == task && !path.Contains("/latest/", StringComparison.Ordinal));
}

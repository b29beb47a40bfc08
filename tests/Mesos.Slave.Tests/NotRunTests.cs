using Google.Protobuf;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

/// <summary>What frameworks hear of tasks that did not run or got lost: those that know partitions, and those that know <c>TASK_LOST</c> only.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class NotRunTests(bool partitionAware)
{
    private readonly TaskState dropped = partitionAware ? TaskState.TaskDropped : TaskState.TaskLost;
    private readonly TaskState gone = partitionAware ? TaskState.TaskGone : TaskState.TaskLost;

    private FaultyDisk disk = null!;
    private HeldStore store = null!;
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        disk = new FaultyDisk();
        rig = new SlaveRig(files: disk, wrapStore: inner => store = new HeldStore(inner)) { Checkpoint = true, PartitionAware = partitionAware };
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task An_executor_that_does_not_register_in_time_fails_its_task()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.Node.AdvanceAsync(rig.Options.ExecutorRegistrationTimeout);
        AssertTold(TaskState.TaskFailed, Reason.ExecutorRegistrationTimeout);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_task_whose_executor_does_not_come_back_is_gone_whether_or_not_that_had_registered(bool hadRegistered)
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        if (hadRegistered)
        {
            await rig.RegisterExecutorAsync();
        }

        await RestartAsync();
        await rig.ReregisterAsync();
        AssertTold(gone, Reason.ExecutorReregistrationTimeout);
    }

    [Test]
    public async Task The_end_of_the_executor_fails_its_task()
    {
        await rig.RunExecutorAsync();
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        AssertTold(TaskState.TaskFailed, Reason.ExecutorTerminated);
    }

    [Test]
    public async Task A_container_that_does_not_start_fails_the_task()
    {
        rig.Containers.LaunchError = "no";
        await rig.FromMasterAsync(rig.ExecutorTask());
        AssertTold(TaskState.TaskFailed, Reason.ContainerLaunchFailed);
    }

    [Test]
    public async Task An_executor_that_is_shut_down_before_its_container_starts_fails_its_task()
    {
        store.Hold();
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.FromMasterAsync(ShutdownExecutor());
        await ReleaseAsync();
        AssertTold(TaskState.TaskFailed, Reason.ContainerLaunchFailed);
    }

    [Test]
    public async Task A_command_task_is_dropped_while_the_executor_of_one_of_that_id_is_there()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        FakePeer executor = await rig.RegisterExecutorAsync("task-1");
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, executor: "task-1"));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Master.Forget();
        await rig.FromMasterAsync(rig.CommandTask());
        AssertTold(dropped, Reason.TaskInvalid);
    }

    [Test]
    public async Task Of_a_task_that_goes_on_the_state_is_told_again_to_who_launches_another_of_its_id()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Master.Forget();
        await rig.FromMasterAsync(rig.ExecutorTask("task-1", "exec-2"));
        AssertTold(TaskState.TaskRunning, Reason.TaskInvalid);
    }

    [Test]
    public async Task A_task_for_an_executor_that_is_ending_is_dropped()
    {
        await rig.RunExecutorAsync();
        await rig.FromMasterAsync(ShutdownExecutor());
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        AssertTold(dropped, Reason.ExecutorTerminated, "task-2");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_task_is_dropped_where_the_master_is_wrong_about_its_executor(bool executorRuns)
    {
        if (executorRuns)
        {
            await rig.RunExecutorAsync();
        }

        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: executorRuns));
        AssertTold(dropped, Reason.ExecutorTerminated, "task-2");
    }

    [Test]
    public async Task A_task_that_is_killed_before_its_executor_has_it_is_killed_during_its_launch()
    {
        await rig.SendTogetherAsync(rig.Master, rig.ExecutorTask(), Kill());
        AssertTold(TaskState.TaskKilled, Reason.TaskKilledDuringLaunch);
    }

    [Test]
    public async Task A_kill_of_a_task_that_nobody_has_heard_of_is_answered_as_if_it_had_been_dropped()
    {
        await rig.RunExecutorAsync();
        await rig.FromMasterAsync(Kill("unheard"));
        AssertTold(dropped, Reason.ExecutorTerminated, "unheard");
    }

    [Test]
    public async Task A_task_that_never_reached_an_executor_which_outlived_the_agent_is_dropped()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await RestartAsync();
        await rig.SendAsync(executor, new ReregisterExecutorMessage
        {
            ExecutorId = new ExecutorID { Value = "exec-1" },
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        });
        await rig.ReregisterAsync();
        AssertTold(dropped, Reason.SlaveRestarted);
    }

    [Test]
    public async Task A_task_that_assumes_outdated_resources_is_dropped()
    {
        RunTaskMessage message = rig.ExecutorTask();
        message.ResourceVersionUuids[0].Uuid.Value = ByteString.CopyFrom(new byte[16]);
        await rig.FromMasterAsync(message);
        AssertTold(dropped, Reason.InvalidOffers);
    }

    [Test]
    public async Task A_task_that_uses_a_volume_which_is_not_there_is_dropped()
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Resources.Add(OperationRig.Volume());
        await rig.FromMasterAsync(message);
        AssertTold(dropped, Reason.ResourcesUnknown);
    }

    [Test]
    public async Task A_task_whose_container_cannot_have_its_resources_is_gone()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        rig.Containers.UpdateError = "no room";
        await rig.RegisterExecutorAsync();
        AssertTold(gone, Reason.ContainerUpdateFailed);
    }

    [Test]
    public async Task Every_task_of_a_group_is_dropped()
    {
        await rig.FromMasterAsync(new RunTaskGroupMessage
        {
            Framework = rig.CommandTask().Framework,
            Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "default" }, Type = ExecutorInfo.Types.Type.Default },
            TaskGroup = new TaskGroupInfo { Tasks = { rig.CommandTask("a").Task, rig.CommandTask("b").Task } },
        });
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(message => message.Update.Status).Select(status => (status.TaskId.Value, status.State, status.Reason, status.Source)),
            Is.EqualTo(new[] { ("a", dropped, Reason.TaskGroupInvalid, StatusSource.Slave), ("b", dropped, Reason.TaskGroupInvalid, StatusSource.Slave) }));
    }

    [TestCase("cpus", "CPU limits")]
    [TestCase("mem", "Memory limits")]
    public async Task A_task_with_limits_is_dropped_with_the_reason_of_the_original(string resource, string sentence)
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Limits[resource] = new Value.Types.Scalar { Value = 1 };
        await rig.FromMasterAsync(message);
        AssertTold(dropped, Reason.GcError);
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Message, Does.StartWith(sentence));
    }

    [Test]
    public async Task A_task_that_comes_while_the_agent_drains_is_dropped()
    {
        await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        AssertTold(dropped, Reason.SlaveDraining, "task-2");
    }

    [TestCase("both")]
    [TestCase("neither")]
    [TestCase("an executor without command")]
    [TestCase("resources for none of several roles")]
    public async Task A_task_that_makes_no_sense_is_an_error_for_everybody(string defect)
    {
        RunTaskMessage message = rig.ExecutorTask();
        switch (defect)
        {
            case "both":
                message.Task.Command = new CommandInfo { Value = "x" };
                break;
            case "neither":
                message.Task.Executor = null;
                break;
            case "an executor without command":
                message.Task.Executor.Command = null;
                break;
            default:
                message.Framework.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.MultiRole });
                message.Framework.ClearRole();
                message.Framework.Roles.Add(["a", "b"]);
                message.Task.Resources[0].AllocationInfo = null;
                break;
        }

        await rig.FromMasterAsync(message);
        AssertTold(TaskState.TaskError, Reason.TaskInvalid);
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    [Test]
    public async Task A_task_that_the_disk_has_no_room_for_is_dropped()
    {
        disk.Fault = static (what, path) => what == "write" && path.Contains("executor.info", StringComparison.Ordinal) ? DiskErrors.Create(DiskErrors.NoSpace, path) : null;
        await rig.FromMasterAsync(rig.ExecutorTask());
        AssertTold(dropped, Reason.ExecutorTerminated);
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    [Test]
    public async Task A_task_that_a_running_executor_cannot_be_given_since_the_disk_has_no_room_is_dropped()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        disk.Fault = static (what, path) => what == "write" && path.Contains("task.info", StringComparison.Ordinal) ? DiskErrors.Create(DiskErrors.NoSpace, path) : null;
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        Assert.That(rig.Master.All, Is.Empty, "that it was dropped has to be written down as well");
        disk.Fault = null;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        AssertTold(dropped, Reason.ExecutorTerminated, "task-2");
        Assert.That(executor.Got<RunTaskMessage>(), Is.Empty);
    }

    private void AssertTold(TaskState state, Reason reason, string task = "task-1")
    {
        TaskStatus status = rig.Master.Got<StatusUpdateMessage>().Single(message => message.Update.Status.TaskId.Value == task).Update.Status;
        Assert.That((status.State, status.Reason, status.Source), Is.EqualTo((state, reason, StatusSource.Slave)), status.Message);
    }

    private async Task RestartAsync()
    {
        await rig.KillAsync();
        await rig.StartAsync();
    }

    private async Task ReleaseAsync()
    {
        await store.ReleaseAsync();
        await rig.Node.SettleAsync();
    }

    private static KillTaskMessage Kill(string task = "task-1") => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        TaskId = new TaskID { Value = task },
    };

    private static ShutdownExecutorMessage ShutdownExecutor() => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        ExecutorId = new ExecutorID { Value = "exec-1" },
    };
}

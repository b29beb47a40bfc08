using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

/// <summary>Agents that are started again on what an earlier run left.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class RecoveryTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public void SetUp() => rig = new SlaveRig { Checkpoint = true };

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task The_agent_keeps_its_id_and_reregisters_with_what_goes_on()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        await RestartAsync();
        Assert.That(executor.Only<ReconnectExecutorMessage>().SlaveId.Value, Is.EqualTo(SlaveRig.SlaveId));
        await rig.SendAsync(executor, Reregister());
        Assert.That(executor.Only<ExecutorReregisteredMessage>().SlaveInfo.Id.Value, Is.EqualTo(SlaveRig.SlaveId));

        await rig.ReregisterAsync();
        ReregisterSlaveMessage said = rig.Master.Only<ReregisterSlaveMessage>();
        Assert.That(said.Slave.Id.Value, Is.EqualTo(SlaveRig.SlaveId));
        Assert.That(said.Tasks.Single().State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(said.Tasks.Single().Statuses.Single().State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(said.ExecutorInfos.Single().ExecutorId.Value, Is.EqualTo("exec-1"));
        Assert.That(said.Frameworks.Single().Checkpoint, Is.True);
        Assert.That(rig.Containers.Destroyed, Is.Empty);

        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task Updates_that_were_not_acknowledged_are_delivered_by_the_next_agent_in_order()
    {
        FakePeer executor = await RunAsync();
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));
        await RestartAsync();
        await rig.SendAsync(executor, Reregister());
        await rig.ReregisterAsync();
        StatusUpdate first = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(first.Status.State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(first.LatestState, Is.EqualTo(TaskState.TaskFinished));
        await rig.AcknowledgeAsync(first);
        Assert.That(rig.Master.Got<StatusUpdateMessage>()[^1].Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task An_update_the_executor_was_not_told_about_is_taken_once_although_it_comes_twice()
    {
        FakePeer executor = await RunAsync();
        StatusUpdateMessage update = rig.Update(executor, TaskState.TaskRunning);
        await rig.SendAsync(executor, update.Clone());
        await RestartAsync();
        executor.Forget();
        ReregisterExecutorMessage back = Reregister();
        back.Updates.Add(update.Update.Clone());
        await rig.SendAsync(executor, back);
        Assert.That(executor.Names, Is.EqualTo(new[] { "ExecutorReregisteredMessage", "StatusUpdateAcknowledgementMessage" }));
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_task_that_never_reached_its_executor_is_dropped()
    {
        FakePeer executor = await RunAsync();
        await RestartAsync();
        await rig.SendAsync(executor, Reregister());
        await rig.ReregisterAsync();
        StatusUpdate update = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That((update.Status.State, update.Status.Reason), Is.EqualTo((TaskState.TaskLost, TaskStatus.Types.Reason.SlaveRestarted)));
    }

    [Test]
    public async Task A_task_the_executor_has_is_kept_although_it_reported_nothing()
    {
        FakePeer executor = await RunAsync();
        await RestartAsync();
        ReregisterExecutorMessage back = Reregister();
        back.Tasks.Add(rig.ExecutorTask().Task);
        await rig.SendAsync(executor, back);
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks.Single().State, Is.EqualTo(TaskState.TaskStaging));
    }

    [Test]
    public async Task An_executor_that_does_not_come_back_in_time_is_killed_and_its_task_lost()
    {
        await RunAsync();
        await RestartAsync();
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That(status.State, Is.EqualTo(TaskState.TaskLost));
        Assert.That(status.Reason, Is.EqualTo(TaskStatus.Types.Reason.ExecutorReregistrationTimeout));
        Assert.That(status.Message, Does.Contain("2secs"));
    }

    [Test]
    public async Task Executors_are_asked_again_where_that_is_wanted()
    {
        FakePeer executor = await RunAsync();
        await rig.KillAsync();
        await rig.StartAsync(options => options with { ExecutorReregistrationRetryInterval = TimeSpan.FromMilliseconds(500) });
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(executor.Got<ReconnectExecutorMessage>(), Has.Count.GreaterThanOrEqualTo(2));
        ReregisterExecutorMessage back = Reregister();
        back.Tasks.Add(rig.ExecutorTask().Task);
        await rig.SendAsync(executor, back);
        await rig.SendAsync(executor, back.Clone());
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Is.Empty);
        Assert.That(executor.Got<ExecutorReregisteredMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_executor_that_comes_back_twice_without_being_asked_again_is_shut_down()
    {
        FakePeer executor = await RunAsync();
        await RestartAsync();
        ReregisterExecutorMessage back = Reregister();
        back.Tasks.Add(rig.ExecutorTask().Task);
        await rig.SendAsync(executor, back);
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Is.Empty);
        await rig.SendAsync(executor, back.Clone());
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_executor_that_registers_for_the_first_time_while_the_agent_recovers_is_turned_away()
    {
        await RunAsync();
        await RestartAsync();
        FakePeer late = await rig.RegisterExecutorAsync();
        Assert.That(late.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task Tasks_of_an_executor_that_died_meanwhile_have_failed()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        await rig.KillAsync();
        await rig.StartAsync(prepare: containers => containers.RecoveredLive = false);
        await rig.ReregisterAsync();
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskFailed, TaskStatus.Types.Reason.ExecutorTerminated)));
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().ExecutorInfos, Is.Empty);
    }

    [Test]
    public async Task A_forked_executor_that_never_registered_is_killed_after_the_wait()
    {
        await rig.RegisterAsync();
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.KillAsync();
        await rig.StartAsync();
        Assert.That(rig.Containers.Recovered.Single().Process.Pid, Is.EqualTo((int)FakeContainerizer.Pid));
        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks.Single().State, Is.EqualTo(TaskState.TaskLost), "the master learns from this that the task is gone");
    }

    [Test]
    public async Task Nothing_of_frameworks_without_checkpoints_is_taken_up()
    {
        rig.Checkpoint = false;
        await RunAsync();
        await RestartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Recovered, Is.Empty);
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks, Is.Empty);
    }

    [Test]
    public async Task A_run_that_is_over_stays_over()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        await RestartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Recovered, Is.Empty);
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks, Is.Empty);
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CompletedFrameworks.Single().Tasks.Single().State, Is.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task A_torn_last_record_is_cut_off_and_the_rest_goes_on()
    {
        FakePeer executor = await RunAsync();
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        await rig.KillAsync();
        string updates = Find("task.updates").Single();
        byte[] all = await File.ReadAllBytesAsync(updates);
        await File.WriteAllBytesAsync(updates, all[..^7]);
        await rig.StartAsync();
        await rig.SendAsync(executor, Reregister());
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskRunning));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFailed));
        Assert.That(
            RecordFrames.Read(await File.ReadAllBytesAsync(updates), StatusUpdateRecord.Parser, _ => true).Messages.Select(record => record.Update.Status.State),
            Is.EqualTo(new[] { TaskState.TaskRunning, TaskState.TaskFailed }));
    }

    [Test]
    public async Task An_update_that_was_kept_without_the_second_uuid_is_forwarded_with_it()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.KillAsync();
        string updates = Find("task.updates").Single();
        StatusUpdateRecord record = RecordFrames.Read(await File.ReadAllBytesAsync(updates), StatusUpdateRecord.Parser, _ => true).Messages.Single();
        record.Update.Status.ClearUuid();
        await File.WriteAllBytesAsync(updates, RecordFrames.Frame(record));
        await rig.StartAsync();
        await rig.SendAsync(executor, Reregister());
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Uuid, Is.EqualTo(record.Update.Uuid), "masters end without it");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_damaged_file_ends_the_recovery_unless_it_may_be_passed_over(bool strict)
    {
        await RunAsync();
        await rig.KillAsync();
        string info = Find("executor.info").Single();
        await File.WriteAllTextAsync(info, "this is no message");
        await rig.StartAsync(options => options with { Strict = strict });
        if (strict)
        {
            await rig.Node.Manager.WaitAsync(rig.Slave);
            Assert.That(rig.Slave.Failure, Does.Contain("executor.info").And.Contain("--no-strict"));
        }
        else
        {
            await rig.ReregisterAsync();
            Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Slave.Id.Value, Is.EqualTo(SlaveRig.SlaveId));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_forked_process_is_known_to_the_next_agent_by_number_and_start(bool isOfOriginal)
    {
        await RunAsync();
        await rig.KillAsync();
        if (isOfOriginal)
        {
            File.Delete(Find("forked.start").Single());
        }

        await rig.StartAsync();
        Assert.That(
            rig.Containers.Recovered.Single().Process,
            Is.EqualTo(new Containerizer.ForkedProcess((int)FakeContainerizer.Pid, isOfOriginal ? null : FakeContainerizer.StartTicks)));
    }

    [Test]
    public async Task After_a_start_of_the_machine_nothing_is_taken_for_living()
    {
        FakePeer executor = await RunAsync();
        await rig.KillAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.WorkDirectory, "meta", "boot_id"), Guid.Empty.ToString());
        await rig.StartAsync();
        Assert.That(rig.Containers.Recovered, Is.Empty);
        Assert.That(executor.Got<ReconnectExecutorMessage>(), Is.Empty);
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFailed));
        Assert.That(Find("forked.pid").Concat(Find("forked.start")), Is.Empty);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(rig.WorkDirectory, "meta", "boot_id")), Is.Not.EqualTo(Guid.Empty.ToString()));
    }

    [Test]
    public async Task A_changed_description_is_refused_with_the_difference()
    {
        await rig.RegisterAsync();
        await rig.KillAsync();
        await rig.StartAsync(change: info => info.Hostname = "another.example");
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Does.Contain("'agent.example'").And.Contain("'another.example'").And.Contain("equal").And.Contain("latest"));
    }

    [Test]
    public async Task A_changed_description_after_a_start_of_the_machine_makes_a_new_agent()
    {
        await rig.RegisterAsync();
        await rig.KillAsync();
        await File.WriteAllTextAsync(Path.Combine(rig.WorkDirectory, "meta", "boot_id"), Guid.Empty.ToString());
        await rig.StartAsync(change: info => info.Hostname = "another.example");
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(rig.Master.Got<RegisterSlaveMessage>(), Is.Not.Empty);
        Assert.That(rig.Master.Got<RegisterSlaveMessage>()[0].Slave.Id, Is.Null);
    }

    [Test]
    public async Task A_description_that_may_grow_needs_a_master_that_can_take_it()
    {
        await rig.RegisterAsync();
        await rig.KillAsync();
        await rig.StartAsync(
            options => options with { ReconfigurationPolicy = "additive" },
            change: info => info.Resources.Add(Common.Resources.Parse("gpus:1")));
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Does.Contain("too old"));

        await rig.StartAsync(change: info => info.Resources.Add(Common.Resources.Parse("gpus:1")));
        MasterInfo able = rig.MasterInfo;
        able.Capabilities.Add(new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentUpdate });
        rig.Detector.Appoint(able);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>().Single().Slave.Resources.Select(resource => resource.Name), Does.Contain("gpus"));
    }

    [Test]
    public async Task Cleaning_up_shuts_executors_down_and_ends()
    {
        FakePeer executor = await RunAsync();
        await rig.KillAsync();
        await rig.StartAsync(options => options with { Recover = SlaveRecovery.Cleanup });
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        await rig.Node.AdvanceAsync(rig.Options.ExecutorShutdownGracePeriod);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Is.Null);
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_agent_that_leaves_lets_executors_with_checkpoints_go_on_and_kills_the_others()
    {
        FakePeer executor = await RunAsync();
        RunTaskMessage other = rig.ExecutorTask();
        other.Framework = SlaveRig.Framework("without-checkpoints");
        other.Task.Executor.FrameworkId.Value = "without-checkpoints";
        await rig.FromMasterAsync(other);
        rig.Slave.Leave();
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Containers.Left, Is.EqualTo(new[] { rig.Containers.Launches[0].Id.Value }));
        Assert.That(rig.Containers.Destroyed, Is.EqualTo(new[] { rig.Containers.Launches[1].Id.Value }));
        Assert.That(executor.All, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_agent_does_not_wait_for_ever_for_containers_that_do_not_die(bool diskIsBroken)
    {
        await using var plain = new SlaveRig();
        await plain.RegisterAsync();
        await plain.RunExecutorAsync();
        plain.Containers.Immortal = true;
        if (diskIsBroken)
        {
            await plain.Slave.CallAsync(() => ((ISlaveActor)plain.Slave).End("The disk is broken"));
        }
        else
        {
            plain.Slave.Leave();
        }

        Task ended = plain.Node.Manager.WaitAsync(plain.Slave);
        await plain.Node.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.That(ended.IsCompleted, Is.False);
        Assert.That(plain.Containers.Destroyed, Has.Count.EqualTo(1));
        await plain.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await ended;
        Assert.That(plain.Slave.Failure, Is.EqualTo(diskIsBroken ? "The disk is broken" : null));
    }

    [Test]
    public async Task An_agent_ends_once_the_others_have_where_one_container_cannot_be_ended()
    {
        await using var plain = new SlaveRig();
        await plain.RegisterAsync();
        await plain.RunExecutorAsync();
        await plain.RunExecutorAsync("task-2", "exec-2");
        plain.Containers.Immortal = true;
        plain.Containers.Indestructible = plain.Containers.Launches[0].Id.Value;
        plain.Slave.Leave();
        Task ended = plain.Node.Manager.WaitAsync(plain.Slave);
        await plain.Node.SettleAsync();
        Assert.That((plain.Containers.Destroyed.Count, ended.IsCompleted), Is.EqualTo((2, false)));
        plain.Containers.Exit(9, launch: 1);
        await plain.Node.SettleAsync();
        await ended.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task An_agent_that_has_unregistered_leaves_no_executor_though_it_is_told_to_go()
    {
        FakePeer executor = await RunAsync();
        rig.Slave.ShutDown(unregister: true, patience: null);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.Got<UnregisterSlaveMessage>(), Has.Count.EqualTo(1));
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        rig.Slave.Leave();
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Containers.Left, Is.Empty);
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task Ids_that_begin_with_a_dot_are_recovered_like_others()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync(".task", ".exec");
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning, ".task", ".exec"));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(1));
        await RestartAsync();
        await rig.SendAsync(executor, Reregister(".exec"));
        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks.Single().TaskId.Value, Is.EqualTo(".task"));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskRunning));
    }

    [Test]
    public async Task A_draining_with_nothing_left_to_end_is_over_when_the_agent_is_started_again()
    {
        rig.Checkpoint = false;
        await RunAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        Assert.That(Find("drain.config"), Has.Length.EqualTo(1));
        await RestartAsync();
        await rig.ReregisterAsync();
        Assert.That(Find("drain.config"), Is.Empty);
        RunTaskMessage run = rig.CommandTask("task-2");
        run.ResourceVersionUuids.Clear();
        await rig.FromMasterAsync(run);
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
    }

    [TestCase("read", "executor.info")]
    [TestCase("list", "frameworks")]
    public async Task Whatever_goes_wrong_in_recovery_ends_the_agent_with_a_sentence(string call, string file)
    {
        var disk = new FaultyDisk();
        await using var other = new SlaveRig(files: disk) { Checkpoint = true };
        await other.RegisterAsync();
        await other.RunExecutorAsync();
        await other.KillAsync();
        disk.Fault = (what, path) => what == call && path.Contains(file, StringComparison.Ordinal) ? new ArgumentException("not a path") : null;
        await other.StartAsync();
        await other.Node.Manager.WaitAsync(other.Slave);
        Assert.That(other.Slave.Failure, Does.Contain("not a path").And.Contain(other.WorkDirectory));
    }

    [Test]
    public async Task Whatever_goes_wrong_with_a_checkpoint_ends_the_agent_with_a_sentence()
    {
        var disk = new FaultyDisk();
        await using var other = new SlaveRig(files: disk) { Checkpoint = true };
        await other.RegisterAsync();
        await other.FromMasterAsync(other.ExecutorTask());
        disk.Fault = static (what, path) => what == "write" && path.Contains("libprocess.pid", StringComparison.Ordinal) ? new ArgumentException("not a path") : null;
        await other.RegisterExecutorAsync();
        await other.Node.Manager.WaitAsync(other.Slave);
        Assert.That(other.Slave.Failure, Does.Contain("not a path"));
        Assert.That(other.Containers.Left, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_executor_that_ends_while_the_agent_goes_leaves_its_last_update_to_the_next_agent()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        var gate = new Promise<bool>();
        rig.Containers.LeaveGate = gate;
        rig.Slave.Leave();
        await rig.Node.SettleAsync();
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        gate.TrySet(true);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        await rig.Node.SettleAsync();
        rig.Master.Forget();

        await rig.StartAsync(prepare: containers => containers.RecoveredLive = false);
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task Directories_are_deleted_when_their_time_has_come_and_not_before()
    {
        FakePeer executor = await RunAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Containers.Exit(0);
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(6));
        Assert.That(Find(SlaveRig.FrameworkId), Has.Length.EqualTo(2));
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(Find(SlaveRig.FrameworkId), Is.Empty);
    }

    private string[] Find(string name) => [.. Directory.EnumerateFileSystemEntries(rig.WorkDirectory, name, Recursive)];

    private static EnumerationOptions Recursive { get; } = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private async Task<FakePeer> RunAsync()
    {
        await rig.RegisterAsync();
        return await rig.RunExecutorAsync();
    }

    private async Task RestartAsync()
    {
        await rig.KillAsync();
        await rig.StartAsync();
    }

    private static ReregisterExecutorMessage Reregister(string executor = "exec-1") => new()
    {
        ExecutorId = new ExecutorID { Value = executor },
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
    };
}

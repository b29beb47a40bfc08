using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

/// <summary>A disk that is full for a while costs nobody anything but time.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs links and rights of POSIX")]
internal sealed class FullDiskTests
{
    private const string Refusal = "The agent cannot write to its work directory";

    private FaultyDisk disk = null!;
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        disk = new FaultyDisk();
        rig = new SlaveRig(options => options with { DiskWatchInterval = TimeSpan.FromMinutes(1) }, disk) { Checkpoint = true };
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task An_agent_whose_disk_is_full_for_twenty_minutes_stays_refuses_tasks_and_loses_nothing()
    {
        FakePeer first = await rig.RunExecutorAsync();
        await FinishAsync("task-2", "exec-2");
        await rig.FromMasterAsync(rig.ExecutorTask("task-3", "exec-3"));
        string over = rig.Containers.Launches[1].Directory;
        rig.Master.Forget();

        disk.IsFull = true;
        rig.Containers.Exit(0, launch: 1);
        await rig.Node.SettleAsync();
        FakePeer moved = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "moved"));
        await rig.FromMasterAsync(new UpdateFrameworkMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Pid = moved.Self.ToString(),
            FrameworkInfo = SlaveRig.Framework(checkpoint: true),
        });
        FakePeer third = await rig.RegisterExecutorAsync("exec-3");
        StatusUpdateMessage finished = rig.Update(first, TaskState.TaskFinished);
        await rig.SendAsync(first, finished.Clone());
        await StayAsync(TimeSpan.FromMinutes(20));
        Assert.That((first.All, third.All), Is.EqualTo((Array.Empty<object>(), Array.Empty<object>())), "nothing is promised");
        Assert.That(Directory.Exists(over), Is.False, "what nobody needs makes room");
        await AssertRefusedAsync("late");
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(3));

        rig.Master.Forget();
        disk.IsFull = false;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        Assert.That(first.Names, Is.EqualTo(new[] { "StatusUpdateAcknowledgementMessage" }));
        Assert.That(third.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage", "RunTaskMessage" }));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
        Assert.That(await File.ReadAllTextAsync(Find("framework.pid").Single()), Is.EqualTo(moved.Self.ToString()));
        Assert.That(Find("exec-2"), Is.Empty, "what was deleted meanwhile does not come back");
        await rig.FromMasterAsync(rig.ExecutorTask("task-4", "exec-4"));
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(4));

        await rig.KillAsync();
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(Told().Select(update => update.Uuid), Does.Contain(finished.Update.Uuid), "what was promised is delivered by the next agent");
    }

    [Test]
    public async Task An_agent_that_is_started_on_a_full_disk_comes_back_with_its_tasks()
    {
        FakePeer first = await rig.RunExecutorAsync();
        await FinishAsync("task-2", "exec-2");
        disk.IsFull = true;
        rig.Containers.Exit(0, launch: 1);
        await rig.Node.SettleAsync();
        await rig.KillAsync();
        first.Forget();
        await rig.StartAsync(prepare: containers => containers.Launching = _ => Assert.Fail("nothing new is started"));
        var back = new ReregisterExecutorMessage
        {
            ExecutorId = new ExecutorID { Value = "exec-1" },
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        };
        back.Tasks.Add(rig.ExecutorTask().Task);
        await rig.SendAsync(first, back);
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks.Select(task => task.TaskId.Value), Does.Contain("task-1"));
        await rig.SendAsync(first, rig.Update(first, TaskState.TaskRunning));
        await StayAsync(TimeSpan.FromMinutes(20));
        Assert.That(first.Names, Is.EqualTo(new[] { "ReconnectExecutorMessage", "ExecutorReregisteredMessage" }));
        await AssertRefusedAsync("late");

        rig.Master.Forget();
        disk.IsFull = false;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        Assert.That(Told().Select(update => (update.Status.TaskId.Value, update.Status.State)), Does.Contain(("task-1", TaskState.TaskRunning)));
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task An_agent_on_a_full_disk_after_a_start_of_the_machine_registers_and_writes_down_which_start_when_there_is_space()
    {
        string boot = Path.Combine(rig.WorkDirectory, "meta", "boot_id");
        await rig.RunExecutorAsync();
        await rig.KillAsync();
        await File.WriteAllTextAsync(boot, Guid.Empty.ToString());
        disk.IsFull = true;
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Not.Empty);
        await StayAsync(TimeSpan.FromMinutes(20));
        await AssertRefusedAsync("late");
        disk.IsFull = false;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        Assert.That(await File.ReadAllTextAsync(boot), Is.EqualTo(Host.BootId.Read()));
    }

    [Test]
    public async Task Which_start_of_the_machine_it_is_is_written_once()
    {
        await rig.KillAsync();
        disk.Fault = static (what, path) => what == "write" && path.Contains("boot_id", StringComparison.Ordinal) ? DiskErrors.Broken(path) : null;
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Not.Empty);
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task Draining_on_a_full_disk_kills_at_once_and_leaves_nothing_behind()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        disk.IsFull = true;
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        Assert.That(executor.Got<KillTaskMessage>(), Has.Count.EqualTo(1));
        await StayAsync(TimeSpan.FromMinutes(20));
        disk.IsFull = false;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        Assert.That(Find("drain.config"), Has.Length.EqualTo(1));

        disk.IsFull = true;
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        rig.Containers.Exit(0);
        await StayAsync(TimeSpan.FromMinutes(20));
        disk.IsFull = false;
        await rig.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        await rig.AcknowledgeAsync(Told()[^1]);
        Assert.That(Find("drain.config"), Is.Empty);
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task An_agent_that_cannot_write_down_its_id_waits_for_space_with_all_it_would_tell()
    {
        await using var other = new SlaveRig(files: disk) { Checkpoint = true };
        disk.Fault = static (what, path) =>
            what == "write" && path.Contains("slave.info", StringComparison.Ordinal) ? DiskErrors.Create(DiskErrors.NoSpace, path) : null;
        other.Detector.Appoint(other.MasterInfo);
        await other.Node.AdvanceAsync(other.Options.RegistrationBackoffFactor);
        RunTaskMessage run = other.ExecutorTask();
        run.ResourceVersionUuids.Clear();
        await other.SendTogetherAsync(other.Master, new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } }, run);
        await other.Node.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.That(other.Master.Got<UpdateSlaveMessage>(), Is.Empty);
        Assert.That(other.Slave.Failure, Is.Null);
        disk.Fault = null;
        await other.Node.AdvanceAsync(CheckpointProcess.RetryInterval);
        Assert.That(other.Master.Got<UpdateSlaveMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_update_that_waited_for_space_and_whose_framework_is_gone_by_then_is_not_sent()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        disk.IsFull = true;
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        disk.IsFull = false;
        await StayAsync(TimeSpan.FromMinutes(30));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
    }

    private static TimeSpan PingInterval => TimeSpan.FromSeconds(15);

    /// <summary>Time passes, and at every ping of the master the agent is there.</summary>
    private async Task StayAsync(TimeSpan time)
    {
        await rig.Node.SettleAsync();
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += PingInterval)
        {
            int before = rig.Master.Got<PongSlaveMessage>().Count;
            await rig.FromMasterAsync(new PingSlaveMessage { Connected = true });
            Assert.That(rig.Master.Got<PongSlaveMessage>(), Has.Count.EqualTo(before + 1), $"after {passed}: {rig.Slave.Failure}");
            await rig.Node.AdvanceAsync(PingInterval);
        }
    }

    private async Task AssertRefusedAsync(string task)
    {
        rig.Master.Forget();
        await rig.FromMasterAsync(rig.CommandTask(task));
        TaskStatus status = Told().Single(update => update.Status.TaskId.Value == task).Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskLost, TaskStatus.Types.Reason.ExecutorTerminated)));
        Assert.That(status.Message, Does.StartWith(Refusal));
    }

    private async Task FinishAsync(string task, string executorId)
    {
        FakePeer executor = await rig.RunExecutorAsync(task, executorId);
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, task, executorId));
        await rig.AcknowledgeAsync(Told()[^1]);
        rig.Master.Forget();
    }

    private StatusUpdate[] Told() => [.. rig.Master.Got<StatusUpdateMessage>().Select(message => message.Update)];

    private string[] Find(string name) => [.. Directory.EnumerateFileSystemEntries(
        rig.WorkDirectory, name, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })];
}

using LibProcess.Addressing;
using Mesos.Slave.Paths;
using Mesos.Slave.Recovery;

namespace Mesos.Slave.Tests;

/// <summary>Schedulers and executors of an earlier run, by what is written down of where they are reached.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class RecoveredPlacesTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig { Checkpoint = true };
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Executors_of_a_framework_whose_scheduler_was_not_written_down_are_not_taken_up(bool isEmpty)
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.KillAsync();
        File.Delete(FrameworkPid);
        if (isEmpty)
        {
            await File.WriteAllTextAsync(FrameworkPid, "");
        }

        await rig.StartAsync();
        Assert.That(rig.Slave.Failure, Is.Null, "the agent may have ended in the middle of writing it: that is no damage");
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary()["slave/recovery_errors"], Is.Zero);
        Assert.That(rig.Containers.Recovered, Is.Empty, "what still runs of it is killed as nobody's");
        Assert.That(executor.Got<ReconnectExecutorMessage>(), Is.Empty);
        await rig.SendAsync(executor, Reregister());
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        await rig.ReregisterAsync();
        ReregisterSlaveMessage said = rig.Master.Only<ReregisterSlaveMessage>();
        Assert.That((said.Frameworks.Count, said.ExecutorInfos.Count, said.Tasks.Count), Is.EqualTo((0, 0, 0)));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty, "the master finds the task missing by itself");
        await rig.Node.AdvanceAsync(rig.Options.GcDelay);
        Assert.That(Directory.Exists(Path.GetDirectoryName(FrameworkPid)), Is.False);
    }

    [Test]
    public async Task A_scheduler_that_speaks_HTTP_is_written_down_as_the_original_does_and_reached_through_the_master_after_a_restart()
    {
        RunTaskMessage run = rig.ExecutorTask();
        run.Pid = UPid.Empty.ToString();
        await rig.FromMasterAsync(run);
        FakePeer executor = await rig.RegisterExecutorAsync();
        Assert.That(executor.Only<RunTaskMessage>().Pid, Is.EqualTo("@0.0.0.0:0"));
        Assert.That(await File.ReadAllTextAsync(FrameworkPid), Is.EqualTo("@0.0.0.0:0"));
        await rig.KillAsync();
        await rig.StartAsync();
        ReregisterExecutorMessage back = Reregister();
        back.Tasks.Add(run.Task.Clone());
        await rig.SendAsync(executor, back);
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().Tasks.Single().TaskId.Value, Is.EqualTo("task-1"));
        await rig.SendAsync(executor, FrameworkMessageTests.ToFramework("hi"));
        Assert.That(rig.Master.Only<ExecutorToFrameworkMessage>().Data.ToStringUtf8(), Is.EqualTo("hi"));
        Assert.That(rig.Scheduler.All, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_executor_that_speaks_HTTP_is_left_alone_until_time_is_up_and_then_killed_with_a_sentence(bool partitionAware)
    {
        rig.PartitionAware = partitionAware;
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await KillAndMarkAsync(executor, keepPid: false);
        await rig.StartAsync();
        Assert.That(rig.Containers.Recovered, Has.Count.EqualTo(1));
        await rig.Node.AdvanceAsync(rig.Options.ExecutorReregistrationTimeout - TimeSpan.FromMilliseconds(1));
        Assert.That((rig.Containers.Destroyed.Count, executor.All.Count), Is.EqualTo((0, 0)));

        await rig.ReregisterAsync();
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        Assert.That(executor.All, Is.Empty);
        TaskStatus running = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That(running.State, Is.EqualTo(TaskState.TaskRunning), "what was promised comes first");
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        TaskStatus end = rig.Master.Got<StatusUpdateMessage>()[^1].Update.Status;
        Assert.That(
            (end.State, end.Reason, end.Message),
            Is.EqualTo((
                partitionAware ? TaskState.TaskGone : TaskState.TaskLost,
                Reason.ExecutorReregistrationTimeout,
                "Executor did not reregister within 2secs; it speaks the v1 API, which this agent does not support yet")));
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().ExecutorInfos, Is.Empty, "from which the master sees that the executor is gone");
    }

    [Test]
    public async Task Where_an_executor_is_reached_counts_more_than_the_mark_of_one_that_speaks_HTTP()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await KillAndMarkAsync(executor, keepPid: true);
        await rig.StartAsync();
        Assert.That(executor.Got<ReconnectExecutorMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_agent_that_only_cleans_up_kills_an_executor_that_speaks_HTTP_at_once()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await KillAndMarkAsync(executor, keepPid: false);
        await rig.StartAsync(options => options with { Recover = SlaveRecovery.Cleanup });
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That((rig.Slave.Failure, rig.Containers.Destroyed.Count, executor.All.Count), Is.EqualTo(((string?)null, 1, 0)));
    }

    private string Meta => SlavePaths.Meta(rig.WorkDirectory);

    private string FrameworkPid => SlavePaths.FrameworkPid(Meta, SlaveRig.SlaveId, SlaveRig.FrameworkId);

    /// <summary>Kills the agent, and leaves the checkpoints that the original leaves of an executor that uses the v1 API.</summary>
    private async Task KillAndMarkAsync(FakePeer executor, bool keepPid)
    {
        string run = Path.Combine(SlavePaths.Runs(Meta, SlaveRig.SlaveId, SlaveRig.FrameworkId, "exec-1"), rig.Containers.Launches[0].Id.Value);
        await rig.KillAsync();
        executor.Forget();
        await File.WriteAllTextAsync(Path.Combine(run, SlavePaths.HttpMarker), "");
        if (!keepPid)
        {
            File.Delete(SlavePaths.LibprocessPid(run));
        }
    }

    private static ReregisterExecutorMessage Reregister() => new()
    {
        ExecutorId = new ExecutorID { Value = "exec-1" },
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
    };
}

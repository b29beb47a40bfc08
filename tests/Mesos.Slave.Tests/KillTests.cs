using LibProcess.Futures;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class KillTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task A_kill_reaches_the_executor_each_time_it_is_asked_for()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        KillTaskMessage message = Kill();
        message.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 5 } };
        await rig.FromMasterAsync(message.Clone());
        await rig.FromMasterAsync(message.Clone());
        Assert.That(executor.All, Is.EqualTo(new[] { message, message }));
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task A_kill_that_comes_with_the_task_keeps_it_from_starting()
    {
        await rig.SendTogetherAsync(rig.Master, rig.ExecutorTask(), Kill());
        StatusUpdate update = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(
            (update.Status.State, update.Status.Reason, update.Status.Message, update.ExecutorId.Value),
            Is.EqualTo((TaskState.TaskKilled, Reason.TaskKilledDuringLaunch, "Killed before delivery to the executor", "exec-1")));
        Assert.That(rig.Containers.Launches, Is.Empty);
        Assert.That(rig.Master.Only<ExitedExecutorMessage>().ExecutorId.Value, Is.EqualTo("exec-1"));

        // It is delivered until it is acknowledged although its framework has no work here any more.
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(2));
        await rig.AcknowledgeAsync(update);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_kill_before_the_executor_has_registered_ends_the_task_and_then_the_executor()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        await rig.FromMasterAsync(Kill());
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskKilled, Reason.TaskKilledDuringLaunch)));
        Assert.That(status.ContainerStatus, Is.Null);

        FakePeer executor = await rig.RegisterExecutorAsync("task-1");
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task A_kill_while_the_container_is_being_adapted_ends_the_task_and_an_executor_without_others()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        rig.Containers.UpdateGate = new Promise<bool>();
        FakePeer executor = await rig.RegisterExecutorAsync();
        Assert.That(executor.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage" }));
        await rig.FromMasterAsync(Kill());
        rig.Containers.UpdateGate.TrySet(true);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskKilled));
        Assert.That(executor.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage", "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task A_kill_of_a_task_nobody_knows_is_answered_and_one_of_an_unknown_framework_is_not()
    {
        await rig.RunExecutorAsync();
        await rig.FromMasterAsync(Kill("unheard"));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason, status.Message), Is.EqualTo((TaskState.TaskLost, Reason.ExecutorTerminated, "Cannot find executor")));
        rig.Master.Forget();
        KillTaskMessage other = Kill();
        other.FrameworkId.Value = "nobody";
        await rig.FromMasterAsync(other);
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task Kills_of_strangers_are_ignored()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(rig.Scheduler, Kill());
        Assert.That(executor.All, Is.Empty);
    }

    private static KillTaskMessage Kill(string task = "task-1") => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        TaskId = new TaskID { Value = task },
    };
}

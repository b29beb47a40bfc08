namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class DrainTests
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
    public async Task Draining_kills_everything_says_why_and_takes_nothing_new_until_all_is_gone()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(rig.CommandTask("queued"));
        await rig.FromMasterAsync(new DrainSlaveMessage
        {
            Config = new DrainConfig { MaxGracePeriod = new DurationInfo { Nanoseconds = 1_000_000_000 } },
        });
        KillTaskMessage kill = executor.Only<KillTaskMessage>();
        Assert.That((kill.TaskId.Value, kill.KillPolicy.GracePeriod.Nanoseconds), Is.EqualTo(("task-1", 1_000_000_000)));
        TaskStatus queued = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((queued.TaskId.Value, queued.State, queued.Reason), Is.EqualTo(("queued", TaskState.TaskKilled, Reason.SlaveDraining)));

        rig.Master.Forget();
        await rig.FromMasterAsync(rig.CommandTask("late"));
        TaskStatus late = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((late.State, late.Reason), Is.EqualTo((TaskState.TaskLost, Reason.SlaveDraining)));

        rig.Master.Forget();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        StatusUpdate killed = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That((killed.Status.State, killed.Status.Reason), Is.EqualTo((TaskState.TaskKilled, Reason.SlaveDraining)));
    }

    [Test]
    public async Task After_draining_the_agent_takes_tasks_again()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        rig.Master.Forget();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2"));
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_empty_agent_and_a_stranger_do_not_start_draining()
    {
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(rig.Scheduler, new DrainSlaveMessage { Config = new DrainConfig() });
        Assert.That(executor.All, Is.Empty);
    }
}

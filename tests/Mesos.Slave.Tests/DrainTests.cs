using Mesos.Slave.Paths;

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

    [TestCase(true, true, TaskState.TaskGoneByOperator)]
    [TestCase(true, false, TaskState.TaskKilled)]
    [TestCase(false, true, TaskState.TaskKilled)]
    public async Task Tasks_killed_since_the_agent_goes_for_good_are_gone_by_the_operator_to_those_who_know_that_state(
        bool markGone, bool partitionAware, TaskState expected)
    {
        rig.PartitionAware = partitionAware;
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(rig.ExecutorTask("finishing", launchExecutor: false));
        await rig.FromMasterAsync(rig.CommandTask("queued"));
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig { MarkGone = markGone } });
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, "finishing"));
        TaskStatus[] told = [.. rig.Master.Got<StatusUpdateMessage>().Select(message => message.Update.Status)];
        Assert.That(
            told.Select(status => (status.TaskId.Value, status.State, status.HasReason ? status.Reason : (Reason?)null)),
            Is.EqualTo(new (string, TaskState, Reason?)[]
            {
                ("queued", expected, Reason.SlaveDraining),
                ("task-1", expected, Reason.SlaveDraining),
                ("finishing", TaskState.TaskFinished, null),
            }));
    }

    [Test]
    public async Task A_task_that_says_it_is_being_killed_is_gone_already_and_its_end_is_confirmed_and_not_told()
    {
        rig.PartitionAware = true;
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig { MarkGone = true } });
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilling));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        StatusUpdate told = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That((told.Status.State, told.Status.Reason), Is.EqualTo((TaskState.TaskGoneByOperator, Reason.SlaveDraining)));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));
        await rig.AcknowledgeAsync(told);
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
    }

    [TestCase(10, 60, null)]
    [TestCase(60, 60, null)]
    [TestCase(61, 60, 60)]
    [TestCase(10, 0, 0)]
    [TestCase(null, 60, 60)]
    [TestCase(10, null, null)]
    [TestCase(null, null, null)]
    public async Task A_task_has_its_own_grace_period_unless_the_draining_allows_less(int? own, int? longest, int? told)
    {
        RunTaskMessage run = rig.ExecutorTask();
        run.Task.KillPolicy = own is null ? null : new KillPolicy { GracePeriod = Seconds(own) };
        await rig.FromMasterAsync(run);
        FakePeer executor = await rig.RegisterExecutorAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig { MaxGracePeriod = Seconds(longest) } });
        Assert.That(executor.Only<KillTaskMessage>().KillPolicy?.GracePeriod, Is.EqualTo(Seconds(told)), "without one the executor takes that of the task");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_drain_that_comes_before_the_answer_to_a_registration_is_obeyed(bool isRestarted)
    {
        rig.Checkpoint = true;
        FakePeer executor = await rig.RunExecutorAsync();
        if (isRestarted)
        {
            await rig.KillAsync();
            await rig.StartAsync();
            await rig.SendAsync(executor, new ReregisterExecutorMessage
            {
                ExecutorId = new ExecutorID { Value = "exec-1" },
                FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
                Tasks = { rig.ExecutorTask().Task },
            });
            await rig.Node.AdvanceAsync(rig.Options.ExecutorReregistrationTimeout);
        }
        else
        {
            rig.Detector.Appoint(null);
            await rig.Node.SettleAsync();
        }

        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Not.Empty);
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        Assert.That(executor.Only<KillTaskMessage>().TaskId.Value, Is.EqualTo("task-1"));
        Assert.That(File.Exists(SlavePaths.DrainConfig(SlavePaths.Meta(rig.WorkDirectory), SlaveRig.SlaveId)));

        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
        await rig.FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskKilled, Reason.SlaveDraining)));
    }

    private static DurationInfo? Seconds(int? seconds) => seconds is { } given ? new DurationInfo { Nanoseconds = given * 1_000_000_000L } : null;
}

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class ExecutorTests
{
    private const int ExitStatus1 = 1 << 8;

    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [TestCase("exec-9", SlaveRig.FrameworkId)]
    [TestCase("exec-1", "nobody")]
    public async Task An_executor_that_nobody_launched_is_sent_away(string executorId, string framework)
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        FakePeer executor = await rig.RegisterExecutorAsync(executorId, framework);
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task A_second_executor_of_the_same_id_is_sent_away_and_the_first_goes_on()
    {
        FakePeer first = await rig.RunExecutorAsync();
        FakePeer second = await rig.RegisterExecutorAsync();
        Assert.That(second.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        Assert.That(first.All, Is.Empty);
    }

    [Test]
    public async Task An_executor_that_believes_in_a_restart_of_the_agent_is_sent_away()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, new ReregisterExecutorMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            ExecutorId = new ExecutorID { Value = "exec-1" },
        });
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task An_executor_that_does_not_register_in_time_is_killed_and_its_tasks_fail()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That(
            (status.State, status.Reason, status.Message),
            Is.EqualTo((TaskState.TaskFailed, Reason.ExecutorRegistrationTimeout, "Executor did not register within 1mins")));
        Assert.That(rig.Master.Only<ExitedExecutorMessage>().Status, Is.EqualTo(9));
    }

    [Test]
    public async Task The_end_of_an_executor_fails_its_tasks_and_is_told_to_the_master()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished));
        rig.Master.Forget();
        rig.Containers.Exit(ExitStatus1);
        await rig.Node.SettleAsync();

        // The task that has ended stays as it is.
        StatusUpdate update = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(
            (update.Status.TaskId.Value, update.Status.State, update.Status.Reason, update.Status.Source, update.Status.Message),
            Is.EqualTo(("task-2", TaskState.TaskFailed, Reason.ExecutorTerminated, StatusSource.Slave, "Executor terminated")));
        ExitedExecutorMessage exited = rig.Master.Only<ExitedExecutorMessage>();
        Assert.That(
            (exited.SlaveId.Value, exited.FrameworkId.Value, exited.ExecutorId.Value, exited.Status),
            Is.EqualTo((SlaveRig.SlaveId, SlaveRig.FrameworkId, "exec-1", ExitStatus1)));
    }

    [Test]
    public async Task The_end_of_a_command_executor_is_not_told_to_the_master()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        rig.Containers.Exit(ExitStatus1);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.Names, Is.EqualTo(new[] { "StatusUpdateMessage" }));
    }

    [Test]
    public async Task An_executor_that_has_ended_stays_until_its_last_update_is_acknowledged()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        StatusUpdate update = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"frameworks\":[{"));
        await rig.AcknowledgeAsync(update);
        string state = await rig.GetAsync("/state");
        Assert.That(state, Does.Contain("\"frameworks\":[]").And.Contains("\"completed_frameworks\":[{"));
    }

    [Test]
    public async Task A_task_for_an_executor_that_is_ending_is_dropped()
    {
        await rig.RunExecutorAsync();
        await rig.FromMasterAsync(ShutdownExecutor());
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: false));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason, status.Message), Is.EqualTo((TaskState.TaskLost, Reason.ExecutorTerminated, "Executor terminating")));
    }

    [Test]
    public async Task An_executor_asked_to_end_is_killed_after_its_grace_period()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(ShutdownExecutor());
        Assert.That(executor.All, Is.EqualTo(new[] { new ShutdownExecutorMessage() }));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFailed));
    }

    [Test]
    public async Task An_executor_may_ask_for_another_grace_period()
    {
        RunTaskMessage task = rig.ExecutorTask();
        task.Task.Executor.ShutdownGracePeriod = new DurationInfo { Nanoseconds = 30_000_000_000 };
        await rig.FromMasterAsync(task);
        await rig.RegisterExecutorAsync();
        await rig.FromMasterAsync(ShutdownExecutor());
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.That(rig.Containers.Destroyed, Is.Empty);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Shutdowns_of_strangers_are_ignored()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(rig.Scheduler, ShutdownExecutor());
        await rig.SendAsync(rig.Scheduler, new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        await rig.FromMasterAsync(new ShutdownExecutorMessage());
        Assert.That(executor.All, Is.Empty);
    }

    [Test]
    public async Task A_framework_that_is_shut_down_ends_its_executors_and_reports_nothing_more_of_its_tasks()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        Assert.That(executor.All, Is.EqualTo(new[] { new ShutdownExecutorMessage() }));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.Names, Is.EqualTo(new[] { "ExitedExecutorMessage" }));
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"frameworks\":[]"));
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(rig.Containers.Destroyed, Is.Empty);
    }

    [Test]
    public async Task A_framework_that_is_shut_down_forgets_updates_nobody_will_acknowledge()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        rig.Master.Forget();
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
    }

    [Test]
    public async Task A_framework_that_is_shut_down_forgets_updates_although_nothing_of_it_runs_any_more()
    {
        await rig.SendTogetherAsync(rig.Master, rig.ExecutorTask(), new KillTaskMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            TaskId = new TaskID { Value = "task-1" },
        });
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskKilled));
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"frameworks\":[]"));
        rig.Master.Forget();
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty, "nobody will ever acknowledge it");
    }

    [Test]
    public async Task The_end_of_the_agent_waits_for_its_executors()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        rig.Slave.ShutDown(unregister: true, patience: null);
        await rig.Node.SettleAsync();
        Assert.That(executor.All, Is.EqualTo(new[] { new ShutdownExecutorMessage() }));
        Assert.That(rig.Master.Only<UnregisterSlaveMessage>().SlaveId.Value, Is.EqualTo(SlaveRig.SlaveId));
        Assert.That(rig.Node.Manager.WaitAsync(rig.Slave).IsCompleted, Is.False);
        FakePeer late = await rig.RegisterExecutorAsync();
        Assert.That(late.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));

        rig.Containers.Exit(0);
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task Impatience_ends_the_agent_and_kills_what_is_left()
    {
        RunTaskMessage task = rig.ExecutorTask();
        task.Task.Executor.ShutdownGracePeriod = new DurationInfo { Nanoseconds = 3600_000_000_000 };
        await rig.FromMasterAsync(task);
        await rig.RegisterExecutorAsync();
        rig.Slave.ShutDown(unregister: false, patience: TimeSpan.FromSeconds(2));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_task_that_comes_with_the_end_of_its_framework_does_not_start_and_the_master_hears_of_its_executor()
    {
        await rig.SendTogetherAsync(rig.Master, rig.ExecutorTask(), new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        Assert.That(rig.Containers.Launches, Is.Empty);
        Assert.That(rig.Master.Only<ExitedExecutorMessage>().ExecutorId.Value, Is.EqualTo("exec-1"));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty, "nobody is left to be told");
    }

    [Test]
    public async Task A_task_for_a_framework_that_is_ending_does_not_start()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", "exec-2"));
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
        Assert.That((rig.Master.Only<ExitedExecutorMessage>().ExecutorId.Value, rig.Master.Only<ExitedExecutorMessage>().Status), Is.EqualTo(("exec-2", -1)));
        Assert.That(executor.Only<ShutdownExecutorMessage>(), Is.Not.Null);
    }

    [Test]
    public async Task Of_executors_that_have_ended_the_last_ones_are_remembered()
    {
        await using var forgetful = new SlaveRig(options => options with { MaxCompletedExecutorsPerFramework = 2 });
        await forgetful.RegisterAsync();
        await forgetful.FromMasterAsync(forgetful.ExecutorTask("keeper", "keeper"));
        for (int run = 1; run <= 4; run++)
        {
            FakePeer executor = await forgetful.RunExecutorAsync("task-" + run, "exec-" + run);
            await forgetful.SendAsync(executor, forgetful.Update(executor, TaskState.TaskFinished, "task-" + run, "exec-" + run));
            await forgetful.AcknowledgeAsync(forgetful.Master.Only<StatusUpdateMessage>().Update);
            forgetful.Containers.Exit(0, launch: run);
            await forgetful.Node.SettleAsync();
        }

        using var state = System.Text.Json.JsonDocument.Parse(await forgetful.GetAsync("/state"));
        Assert.That(
            state.RootElement.GetProperty("frameworks")[0].GetProperty("completed_executors").EnumerateArray().Select(executor => executor.GetProperty("id").GetString()),
            Is.EquivalentTo(new[] { "exec-3", "exec-4" }));
    }

    [Test]
    public async Task The_loss_of_an_executors_process_alone_changes_nothing()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        executor.Terminate();
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(rig.Containers.Destroyed, Is.Empty);
    }

    private static ShutdownExecutorMessage ShutdownExecutor() => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        ExecutorId = new ExecutorID { Value = "exec-1" },
    };
}

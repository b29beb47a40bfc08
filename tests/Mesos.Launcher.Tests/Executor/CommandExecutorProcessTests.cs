using LibProcess.Testing;
using Mesos.Launcher.Executor;
using Mesos.Launcher.Posix;
using Mesos.Proto;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability;

namespace Mesos.Launcher.Tests.Executor;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class CommandExecutorProcessTests
{
    private TestNode node = null!;
    private FakeChildren children = null!;
    private Updates updates = null!;
    private CommandExecutorProcess executor = null!;

    [SetUp]
    public void SetUp()
    {
        node = new TestNode();
        children = new FakeChildren();
        updates = new Updates();
        executor = node.Spawn(new CommandExecutorProcess(
            node.Manager,
            new CommandExecutorSettings { ExecutorId = new ExecutorID { Value = "task-1" }, Environment = new Dictionary<string, string>() },
            children,
            updates));
    }

    [TearDown]
    public async Task TearDown() => await node.DisposeAsync();

    [Test]
    public async Task A_command_that_exits_with_zero_finishes_the_task()
    {
        await LaunchAsync(Tasks.Shell("true"));
        await ExitAsync(WaitStatus.Exited(0));
        Assert.That(updates.States, Is.EqualTo(new[] { TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskFinished }));
        Assert.That(updates.Last.Message, Is.EqualTo("Command exited with status 0"));
        Assert.That(updates.Last.Source, Is.EqualTo(Proto.TaskStatus.Types.Source.Executor));
        Assert.That(updates.Last.HasReason, Is.False);
    }

    [Test]
    public async Task A_command_that_ends_before_anybody_looks_has_run_first()
    {
        children.AtOnce = WaitStatus.Exited(0);
        await LaunchAsync(Tasks.Shell("true"));
        Assert.That(updates.States, Is.EqualTo(new[] { TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskFinished }));
    }

    [Test]
    public async Task A_command_that_exits_with_another_code_fails_the_task()
    {
        await LaunchAsync(Tasks.Shell("exit 3"));
        await ExitAsync(WaitStatus.Exited(3));
        Assert.That((updates.Last.State, updates.Last.Message), Is.EqualTo((TaskState.TaskFailed, "Command exited with status 3")));
    }

    [Test]
    public async Task A_command_that_a_stranger_kills_fails_the_task()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        await ExitAsync(WaitStatus.Signaled(LibC.SIGKILL));
        Assert.That((updates.Last.State, updates.Last.Message), Is.EqualTo((TaskState.TaskFailed, "Command terminated with signal Killed")));
    }

    [Test]
    public async Task An_end_nobody_can_tell_about_fails_the_task()
    {
        await LaunchAsync(Tasks.Shell("true"));
        await ExitAsync(null);
        Assert.That((updates.Last.State, updates.Last.Message), Is.EqualTo((TaskState.TaskFailed, "Failed to get exit status for Command")));
    }

    [Test]
    public async Task The_executor_ends_when_the_agent_has_confirmed_the_end_of_its_task()
    {
        await LaunchAsync(Tasks.Shell("true"));
        var ended = node.Manager.WaitAsync(executor);
        await ExitAsync(WaitStatus.Exited(0));
        await node.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.That(ended.IsCompleted, Is.False);
        updates.Settled.SetResult();
        await ended;
    }

    [Test]
    public async Task An_agent_that_never_confirms_is_not_awaited_for_ever()
    {
        await LaunchAsync(Tasks.Shell("true"));
        await ExitAsync(WaitStatus.Exited(0));
        await ExpectEndAsync();
    }

    [Test]
    public async Task What_the_command_leaves_behind_is_killed()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000 &"));
        await ExitAsync(WaitStatus.Exited(0));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGKILL }));
    }

    [Test]
    public async Task A_second_task_is_refused_and_the_first_goes_on()
    {
        await LaunchAsync(Tasks.Shell("true"));
        await LaunchAsync(Tasks.Shell("true", "task-2"));
        Assert.That(updates.Last.TaskId.Value, Is.EqualTo("task-2"));
        Assert.That((updates.Last.State, updates.Last.Message), Is.EqualTo((TaskState.TaskFailed, "Attempted to run multiple tasks using a \"command\" executor")));
        await ExitAsync(WaitStatus.Exited(0));
        Assert.That((updates.Last.TaskId.Value, updates.Last.State), Is.EqualTo(("task-1", TaskState.TaskFinished)));
    }

    [Test]
    public async Task A_task_that_asks_for_what_is_not_built_is_an_error()
    {
        TaskInfo task = Tasks.Shell("true");
        task.HealthCheck = new HealthCheck();
        await LaunchAsync(task);
        Assert.That(updates.States, Is.EqualTo(new[] { TaskState.TaskError }));
        Assert.That(updates.Last.Reason, Is.EqualTo(Proto.TaskStatus.Types.Reason.TaskInvalid));
        Assert.That(children.Started, Is.Empty);
        await ExpectEndAsync();
    }

    [Test]
    public async Task A_command_that_cannot_be_started_fails_the_task()
    {
        children.Failure = "cannot execute 'nonsense': No such file or directory";
        await LaunchAsync(Tasks.Shell("true"));
        Assert.That(updates.States, Is.EqualTo(new[] { TaskState.TaskStarting, TaskState.TaskFailed }));
        Assert.That(updates.Last.Message, Does.Contain("cannot execute 'nonsense'"));
        await ExpectEndAsync();
    }

    [Test]
    public async Task A_kill_sends_SIGTERM_and_after_three_seconds_SIGKILL()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        await KillAsync();
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM }));
        await node.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM, LibC.SIGKILL }));
        await ExitAsync(WaitStatus.Signaled(LibC.SIGKILL));
        Assert.That((updates.Last.State, updates.Last.Message), Is.EqualTo((TaskState.TaskKilled, "Command terminated with signal Killed")));
        Assert.That(updates.States, Does.Not.Contain(TaskState.TaskKilling));
    }

    [Test]
    public async Task The_end_is_told_when_what_the_command_left_behind_is_gone_whatever_is_asked_for_meanwhile()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000 &"));
        children.Started[0].Dying = TimeSpan.FromSeconds(1.5);
        children.Started[0].Exit(WaitStatus.Exited(0));
        Assert.That(() => children.Started[0].Signals.Count, Is.EqualTo(1).After(10_000, 5));
        await KillAsync();
        executor.Shutdown();
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(updates.States, Has.None.EqualTo(TaskState.TaskFinished));
        await node.AdvanceAsync(TimeSpan.FromSeconds(0.5));
        Assert.That(updates.Last.State, Is.EqualTo(TaskState.TaskFinished));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGKILL }));
    }

    [Test]
    public async Task A_killed_task_is_killed_even_where_its_command_exits_with_zero()
    {
        await LaunchAsync(Tasks.Shell("trap 'exit 0' TERM; sleep 1000"));
        await KillAsync();
        await ExitAsync(WaitStatus.Exited(0));
        Assert.That(updates.Last.State, Is.EqualTo(TaskState.TaskKilled));
        await node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(children.Started[0].Signals.Count(signal => signal == LibC.SIGKILL), Is.EqualTo(1), "only what was left behind");
    }

    [Test]
    public async Task A_framework_that_knows_TASK_KILLING_is_told()
    {
        executor.Registered(new FrameworkInfo { Capabilities = { new Capability { Type = Capability.Types.Type.TaskKillingState } } });
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        await KillAsync();
        Assert.That(updates.Last.State, Is.EqualTo(TaskState.TaskKilling));
    }

    [Test]
    public async Task The_kill_policy_of_the_task_sets_the_grace_period()
    {
        TaskInfo task = Tasks.Shell("sleep 1000");
        task.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 20_000_000_000 } };
        await LaunchAsync(task);
        await KillAsync();
        await node.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM }));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(children.Started[0].Signals, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_policy_that_comes_with_the_kill_wins()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        executor.Kill(new TaskID { Value = "task-1" }, new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 0 } });
        await node.AdvanceAsync(TimeSpan.Zero);
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM, LibC.SIGKILL }));
    }

    [Test]
    public async Task A_shutdown_shortens_a_grace_period_and_a_later_kill_does_not_lengthen_it()
    {
        TaskInfo task = Tasks.Shell("sleep 1000");
        task.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 60_000_000_000 } };
        await LaunchAsync(task);
        await KillAsync();
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        executor.Shutdown();
        await KillAsync();
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(1999));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM }));
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM, LibC.SIGKILL }));
    }

    [Test]
    public async Task A_kill_of_another_task_changes_nothing()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        executor.Kill(new TaskID { Value = "other" });
        await node.SettleAsync();
        Assert.That(children.Started[0].Signals, Is.Empty);
    }

    [Test]
    public async Task A_kill_before_any_task_ends_the_executor_so_that_the_agent_tells_of_the_task()
    {
        executor.Kill(new TaskID { Value = "task-1" });
        await node.Manager.WaitAsync(executor);
        Assert.That(updates.States, Is.Empty);
        Assert.That(children.Started, Is.Empty);
    }

    [Test]
    public async Task After_a_shutdown_the_agent_has_a_second_to_confirm()
    {
        await LaunchAsync(Tasks.Shell("sleep 1000"));
        executor.Shutdown();
        await node.SettleAsync();
        var ended = node.Manager.WaitAsync(executor);
        await ExitAsync(WaitStatus.Signaled(LibC.SIGTERM));
        Assert.That(updates.Last.State, Is.EqualTo(TaskState.TaskKilled));
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(999));
        Assert.That(ended.IsCompleted, Is.False);
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await ended;
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_end_of_a_task_waits_for_an_agent_that_is_away(bool isConfirmed)
    {
        await LaunchAsync(Tasks.Shell("true"));
        executor.Disconnected();
        await ExitAsync(WaitStatus.Exited(0));
        var ended = node.Manager.WaitAsync(executor);
        for (var minute = 0; minute < 14; minute++)
        {
            await node.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.That(ended.IsCompleted, Is.False);
        executor.Reregistered();
        await node.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.That(ended.IsCompleted, Is.False, "it has all the time to confirm again");
        if (isConfirmed)
        {
            updates.Settled.SetResult();
        }
        else
        {
            await node.AdvanceAsync(CommandExecutorSettings.FarewellPeriod);
            await node.AdvanceAsync(CommandExecutorSettings.FarewellPeriod);
        }

        await ended;
    }

    [Test]
    public async Task The_wait_for_an_agent_that_does_not_come_back_ends_with_the_shutdown_that_follows()
    {
        await LaunchAsync(Tasks.Shell("true"));
        executor.Disconnected();
        await ExitAsync(WaitStatus.Exited(0));
        await node.AdvanceAsync(TimeSpan.FromMinutes(10));
        executor.Shutdown();
        await node.Manager.WaitAsync(executor);
    }

    [Test]
    public async Task The_longest_times_there_are_never_come()
    {
        TaskInfo task = Tasks.Shell("sleep 1000");
        task.MaxCompletionTime = new DurationInfo { Nanoseconds = long.MaxValue };
        await LaunchAsync(task);
        await node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(children.Started[0].Signals, Is.Empty);
        executor.Kill(task.TaskId, new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = long.MaxValue } });
        await node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM }));
    }

    [Test]
    public async Task A_shutdown_without_a_task_ends_the_executor()
    {
        executor.Shutdown();
        await node.Manager.WaitAsync(executor);
    }

    [Test]
    public async Task A_shutdown_after_the_task_ends_the_executor_at_once()
    {
        await LaunchAsync(Tasks.Shell("true"));
        await ExitAsync(WaitStatus.Exited(0));
        executor.Shutdown();
        await node.Manager.WaitAsync(executor);
    }

    [Test]
    public async Task A_task_that_takes_too_long_fails_with_the_reason()
    {
        executor.Registered(new FrameworkInfo { Capabilities = { new Capability { Type = Capability.Types.Type.TaskKillingState } } });
        TaskInfo task = Tasks.Shell("sleep 1000");
        task.MaxCompletionTime = new DurationInfo { Nanoseconds = 2_000_000_000 };
        await LaunchAsync(task);
        await node.AdvanceAsync(TimeSpan.FromSeconds(2));
        await node.AdvanceAsync(TimeSpan.Zero);
        Assert.That(children.Started[0].Signals, Is.EqualTo(new[] { LibC.SIGTERM, LibC.SIGKILL }));
        await ExitAsync(WaitStatus.Signaled(LibC.SIGKILL));
        Assert.That((updates.Last.State, updates.Last.Reason), Is.EqualTo((TaskState.TaskFailed, Proto.TaskStatus.Types.Reason.MaxCompletionTimeReached)));
        Assert.That(updates.States, Does.Not.Contain(TaskState.TaskKilling));
    }

    private async Task LaunchAsync(TaskInfo task)
    {
        executor.Launch(task);
        await node.SettleAsync();
    }

    private async Task KillAsync()
    {
        executor.Kill(new TaskID { Value = "task-1" });
        await node.SettleAsync();
    }

    private async Task ExitAsync(WaitStatus? status)
    {
        var next = updates.NextAsync();
        children.Started[0].Exit(status);
        await next;
        await node.SettleAsync();
    }

    private async Task ExpectEndAsync()
    {
        var ended = node.Manager.WaitAsync(executor);
        await node.AdvanceAsync(CommandExecutorSettings.FarewellPeriod);
        await ended;
    }

    private sealed class Updates : IStatusSink
    {
        private readonly List<Proto.TaskStatus> all = [];
        private TaskCompletionSource? next;

        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IEnumerable<TaskState> States => all.Select(status => status.State);

        public Proto.TaskStatus Last => all[^1];

        public Task SettleAsync() => Settled.Task;

        public Task NextAsync() => (next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Send(Proto.TaskStatus status)
        {
            all.Add(status);
            next?.TrySetResult();
        }
    }
}

using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>The end that the agent asks for.</summary>
[TestFixture]
internal sealed class ShutdownTests
{
    [Test]
    public async Task A_shutdown_leaves_time_to_report_and_kills_after_the_grace_period()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "7secs"));
        conversation.Agent.Tell(new ShutdownExecutorMessage());
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
        Assert.That(conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskKilled)), Is.EqualTo(Status.DriverRunning));
        await conversation.Agent.NextAsync<StatusUpdateMessage>();

        // What comes now is too late.
        conversation.Agent.TellTask();
        conversation.Agent.Tell(new ShutdownExecutorMessage());
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(conversation.Kills, Is.Zero);
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(conversation.Kills, Is.EqualTo(1));
        Assert.That(conversation.Executor.TryTake(out _), Is.False);
    }

    [Test]
    public async Task The_grace_period_goes_on_after_the_driver_has_stopped()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Executor.Inside = (_, driver) => driver.Stop();
        conversation.Agent.Tell(new ShutdownExecutorMessage { FrameworkId = FakeAgent.FrameworkId, ExecutorId = FakeAgent.ExecutorId });
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(conversation.Kills, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task The_grace_period_goes_on_after_a_driver_with_a_node_of_its_own_is_disposed_of()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        TaskCompletionSource killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var executor = new RecordingExecutor();
        Dictionary<string, string> environment = new()
        {
            ["MESOS_SLAVE_PID"] = conversation.Agent.Self.ToString(),
            ["MESOS_SLAVE_ID"] = FakeAgent.Id.Value,
            ["MESOS_FRAMEWORK_ID"] = FakeAgent.FrameworkId.Value,
            ["MESOS_EXECUTOR_ID"] = FakeAgent.ExecutorId.Value,
            ["MESOS_DIRECTORY"] = "sandbox",
            ["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] = "1secs",
            ["LIBPROCESS_IP"] = "127.0.0.1",
        };
        await using (var driver = new MesosExecutorDriver(executor, new ExecutorDriverOptions { Environment = environment, KillProcessGroup = () => killed.TrySetResult() }))
        {
            driver.Start();
            await conversation.Agent.NextAsync<RegisterExecutorMessage>();
            conversation.Agent.Tell(new ShutdownExecutorMessage());
            await executor.NextAsync(nameof(IExecutor.Shutdown));
        }

        await killed.Task;
    }

    [Test]
    public async Task An_executor_in_the_agents_program_is_not_killed()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(("MESOS_LOCAL", ""));
        conversation.Agent.Tell(new ShutdownExecutorMessage());
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
        await conversation.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(conversation.Kills, Is.Zero);
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
    }
}

using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>An agent that goes, and one that comes back.</summary>
[TestFixture]
internal sealed class RecoveryTests
{
    private static readonly (string, string?) Checkpoint = ("MESOS_CHECKPOINT", "1");

    [Test]
    public async Task An_agent_that_comes_back_gets_what_it_has_not_confirmed()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(Checkpoint);
        foreach (string task in new[] { "task-1", "task-2", "task-3" })
        {
            conversation.Agent.TellTask(task);
            await conversation.Executor.NextAsync(nameof(IExecutor.LaunchTask));
        }

        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning, "task-1"));
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning, "task-2"));
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished, "task-2"));
        StatusUpdateMessage first = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        StatusUpdateMessage second = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        StatusUpdateMessage third = await conversation.Agent.NextAsync<StatusUpdateMessage>();

        // Unknown and malformed ones do no harm.
        StatusUpdateAcknowledgementMessage unknown = FakeAgent.Acknowledge(second);
        unknown.Uuid = Common.Values.UuidBytes.ToByteString(Guid.Parse("91b35667-e782-433a-bc8f-2c8c258f38dc"));
        StatusUpdateAcknowledgementMessage malformed = FakeAgent.Acknowledge(second);
        malformed.Uuid = ByteString.CopyFromUtf8("x");
        conversation.Agent.Tell(unknown);
        conversation.Agent.Tell(malformed);
        conversation.Agent.Tell(FakeAgent.Acknowledge(first));
        conversation.Agent.Tell(new KillTaskMessage { FrameworkId = FakeAgent.FrameworkId, TaskId = new TaskID { Value = "x" } });
        await conversation.Executor.NextAsync(nameof(IExecutor.KillTask));

        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Disconnected));
        await conversation.Node.AdvanceAsync(TimeSpan.FromMinutes(14));
        conversation.RestartAgent();
        conversation.Agent.Tell(new ReconnectExecutorMessage { SlaveId = FakeAgent.Id });

        Assert.That(await conversation.Agent.NextAsync<ReregisterExecutorMessage>(), Is.EqualTo(new ReregisterExecutorMessage
        {
            ExecutorId = FakeAgent.ExecutorId,
            FrameworkId = FakeAgent.FrameworkId,
            Tasks = { FakeAgent.Task("task-2"), FakeAgent.Task("task-3") },
            Updates = { second.Update, third.Update },
        }));
        conversation.Agent.Tell(new ExecutorReregisteredMessage { SlaveId = FakeAgent.Id, SlaveInfo = FakeAgent.Info });
        Assert.That(await conversation.Executor.NextAsync<string>(nameof(IExecutor.Reregistered)), Is.EqualTo("agent.example"));

        // From now on the new agent is the agent, and the old wait for it is over.
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished, "task-3"));
        await conversation.Agent.NextAsync<StatusUpdateMessage>();
        await conversation.Node.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.That(conversation.Executor.TryTake(out _), Is.False);
        Assert.That(conversation.Kills, Is.Zero);
    }

    [Test]
    public async Task While_the_agent_is_gone_its_acknowledgements_and_tasks_do_not_count()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(Checkpoint);
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning));
        StatusUpdateMessage update = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Disconnected));
        conversation.RestartAgent();
        conversation.Agent.Tell(FakeAgent.Acknowledge(update));
        conversation.Agent.TellTask("late");
        conversation.Agent.Tell(new ReconnectExecutorMessage { SlaveId = FakeAgent.Id });
        ReregisterExecutorMessage message = await conversation.Agent.NextAsync<ReregisterExecutorMessage>();
        Assert.That(message.Updates, Is.EqualTo(new[] { update.Update }));
        Assert.That(message.Tasks, Is.Empty);
    }

    [Test]
    public async Task An_agent_that_does_not_come_back_in_time_means_shutdown_and_the_end()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(Checkpoint, ("MESOS_RECOVERY_TIMEOUT", "3mins"));
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Disconnected));
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(179));
        Assert.That(conversation.Executor.TryTake(out _), Is.False);
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(4.9));
        Assert.That(conversation.Kills, Is.Zero);
        await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        Assert.That(conversation.Kills, Is.EqualTo(1));
    }

    [Test]
    public async Task Without_checkpoints_a_lost_agent_means_shutdown_at_once()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
    }

    [Test]
    public async Task Before_the_registration_a_lost_agent_means_shutdown_at_once()
    {
        await using var conversation = new Conversation(Checkpoint);
        conversation.Driver.Start();
        await conversation.Agent.NextAsync<RegisterExecutorMessage>();
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
    }

    [Test]
    public async Task An_agent_lost_again_before_it_was_back_means_shutdown_at_once()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(Checkpoint);
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Disconnected));
        conversation.RestartAgent();
        conversation.Agent.Tell(new ReconnectExecutorMessage { SlaveId = FakeAgent.Id });
        await conversation.Agent.NextAsync<ReregisterExecutorMessage>();
        await conversation.KillAgentAsync();
        await conversation.Executor.NextAsync(nameof(IExecutor.Shutdown));
    }
}

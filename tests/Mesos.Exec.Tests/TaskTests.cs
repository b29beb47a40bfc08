using Google.Protobuf;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>Registration, tasks, updates and messages while the agent is there.</summary>
[TestFixture]
internal sealed class TaskTests
{
    [Test]
    public async Task The_executor_registers_once()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        Assert.That(
            await conversation.Agent.NextAsync<RegisterExecutorMessage>(),
            Is.EqualTo(new RegisterExecutorMessage { FrameworkId = FakeAgent.FrameworkId, ExecutorId = FakeAgent.ExecutorId }));
        Assert.That(conversation.Agent.Executor.Id, Is.EqualTo("executor(1)"));
        await conversation.Node.AdvanceAsync(TimeSpan.FromMinutes(10));

        // Before the registration tasks and messages are ignored, kills are not.
        conversation.Agent.TellTask();
        conversation.Agent.Tell(new FrameworkToExecutorMessage
        {
            SlaveId = FakeAgent.Id,
            FrameworkId = FakeAgent.FrameworkId,
            ExecutorId = FakeAgent.ExecutorId,
            Data = ByteString.CopyFromUtf8("early"),
        });
        conversation.Agent.Tell(new KillTaskMessage { FrameworkId = FakeAgent.FrameworkId, TaskId = new TaskID { Value = "task-1" } });
        Assert.That(
            await conversation.Executor.NextAsync<(string, KillPolicy?)>(nameof(IExecutor.KillTask)),
            Is.EqualTo(("task-1", (KillPolicy?)null)));

        conversation.Agent.TellRegistered();
        Assert.That(
            await conversation.Executor.NextAsync<(string, string, string)>(nameof(IExecutor.Registered)),
            Is.EqualTo(("for you", "test", "agent.example")));
        Assert.That(conversation.Agent.TryTake(out _), Is.False);
    }

    [Test]
    public async Task A_task_is_launched_once()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Agent.TellTask();
        conversation.Agent.TellTask();
        conversation.Agent.TellTask("task-2");
        Assert.That(await conversation.Executor.NextAsync<TaskInfo>(nameof(IExecutor.LaunchTask)), Is.EqualTo(FakeAgent.Task()));
        Assert.That(
            (await conversation.Executor.NextAsync<TaskInfo>(nameof(IExecutor.LaunchTask))).TaskId.Value,
            Is.EqualTo("task-2"));
    }

    [Test]
    public async Task A_kill_comes_with_its_policy()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var policy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 1 } };
        conversation.Agent.Tell(new KillTaskMessage
        {
            FrameworkId = FakeAgent.FrameworkId,
            TaskId = new TaskID { Value = "task-1" },
            KillPolicy = policy,
        });
        Assert.That(
            await conversation.Executor.NextAsync<(string, KillPolicy?)>(nameof(IExecutor.KillTask)),
            Is.EqualTo(("task-1", policy)));
    }

    [Test]
    public async Task The_driver_is_settled_when_the_agent_has_confirmed_every_update()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        await conversation.Driver.SettleAsync();
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning));
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished));
        Task settled = conversation.Driver.SettleAsync();
        var first = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        var second = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        conversation.Agent.Tell(FakeAgent.Acknowledge(first));
        conversation.Agent.TellTask("marks that the first confirmation has been handled");
        await conversation.Executor.NextAsync<TaskInfo>(nameof(IExecutor.LaunchTask));
        Assert.That(settled.IsCompleted, Is.False);

        // A shutdown does not keep the last update from being confirmed.
        conversation.Agent.Tell(new ShutdownExecutorMessage());
        conversation.Agent.Tell(FakeAgent.Acknowledge(second));
        await settled;
    }

    [Test]
    public async Task A_driver_that_is_stopped_will_not_be_settled()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning));
        Task settled = conversation.Driver.SettleAsync();
        conversation.Driver.Stop();
        Assert.That(async () => await settled, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void An_executor_that_takes_no_policy_is_told_without()
    {
        var executor = new PlainExecutor();
        ((IExecutor)executor).KillTask(null!, new TaskID { Value = "t" }, new KillPolicy());
        Assert.That(executor.Killed, Is.EqualTo("t"));
    }

    [Test]
    public async Task An_update_is_completed_by_the_driver()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var status = Conversation.Status(TaskState.TaskRunning);
        status.Message = "running";
        conversation.Driver.SendStatusUpdate(status);
        status.Message = "changed after the call";

        StatusUpdateMessage message = await conversation.Agent.NextAsync<StatusUpdateMessage>();
        ByteString uuid = message.Update.Uuid;
        double now = (conversation.Node.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.That(UuidBytes.IsValid(uuid.Span), Is.True);
        Assert.That(message, Is.EqualTo(new StatusUpdateMessage
        {
            Update = new StatusUpdate
            {
                FrameworkId = FakeAgent.FrameworkId,
                ExecutorId = FakeAgent.ExecutorId,
                SlaveId = FakeAgent.Id,
                Status = new TaskStatus
                {
                    TaskId = new TaskID { Value = "task-1" },
                    State = TaskState.TaskRunning,
                    Message = "running",
                    SlaveId = FakeAgent.Id,
                    Timestamp = now,
                    Uuid = uuid,
                },
                Timestamp = now,
                Uuid = uuid,
            },
            Pid = conversation.Agent.Executor.ToString(),
        }));
    }

    [Test]
    public async Task Staging_and_incomplete_updates_are_refused()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Assert.That(
            () => conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskStaging)),
            Throws.ArgumentException.With.Message.Contains("TASK_STAGING"));
        Assert.That(
            () => conversation.Driver.SendStatusUpdate(new TaskStatus { State = TaskState.TaskRunning }),
            Throws.ArgumentException.With.Message.Contains("task_id"));
    }

    [Test]
    public async Task Messages_travel_both_ways()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Agent.Tell(new FrameworkToExecutorMessage
        {
            SlaveId = FakeAgent.Id,
            FrameworkId = FakeAgent.FrameworkId,
            ExecutorId = FakeAgent.ExecutorId,
            Data = ByteString.CopyFromUtf8("hello"),
        });
        Assert.That(await conversation.Executor.NextAsync<string>(nameof(IExecutor.FrameworkMessage)), Is.EqualTo("hello"));

        conversation.Driver.SendFrameworkMessage("hello yourself"u8.ToArray());
        Assert.That(await conversation.Agent.NextAsync<ExecutorToFrameworkMessage>(), Is.EqualTo(new ExecutorToFrameworkMessage
        {
            SlaveId = FakeAgent.Id,
            FrameworkId = FakeAgent.FrameworkId,
            ExecutorId = FakeAgent.ExecutorId,
            Data = ByteString.CopyFromUtf8("hello yourself"),
        }));
    }

    [Test]
    public async Task A_callback_that_throws_aborts_the_driver_and_is_told()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Executor.Inside = (name, _) => throw new InvalidOperationException($"no {name}");
        conversation.Agent.TellTask();
        await conversation.Executor.NextAsync(nameof(IExecutor.LaunchTask));
        Assert.That(
            await conversation.Executor.NextAsync<string>(nameof(IExecutor.Error)),
            Does.Contain("LaunchTask").And.Contain("no LaunchTask"));
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
    }

    private sealed class PlainExecutor : IExecutor
    {
        public string? Killed { get; private set; }

        public void LaunchTask(IExecutorDriver driver, TaskInfo task)
        {
        }

        public void KillTask(IExecutorDriver driver, TaskID taskId) => Killed = taskId.Value;

        public void Shutdown(IExecutorDriver driver)
        {
        }

        public void Error(IExecutorDriver driver, string message)
        {
        }
    }
}

using Google.Protobuf;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>Which updates are told, with or without uuid, and when the agent hears that they were.</summary>
[TestFixture]
internal sealed class StatusUpdateTests
{
    private static readonly Guid Uuid = Guid.Parse("91b35667-e782-433a-bc8f-2c8c258f38dc");

    private static Call Acknowledgement => new()
    {
        Type = Call.Types.Type.Acknowledge,
        FrameworkId = FakeMaster.FrameworkId,
        Acknowledge = new Call.Types.Acknowledge
        {
            SlaveId = FakeMaster.AgentId,
            TaskId = new TaskID { Value = "task-1" },
            Uuid = UuidBytes.ToByteString(Uuid),
        },
    };

    private static SchedulerDriverOptions Explicit(SchedulerDriverOptions options) => options with { ImplicitAcknowledgements = false };

    [Test]
    public async Task An_update_is_acknowledged_when_the_callback_returns()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (_, driver) => driver.KillTask(new TaskID { Value = "asked inside the callback" });
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid));
        TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
        Assert.That(status.Uuid, Is.EqualTo(UuidBytes.ToByteString(Uuid)));
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Acknowledgement));
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
    }

    [Test]
    public async Task The_acknowledgement_does_not_depend_on_what_the_callback_does_to_the_status()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var spoiler = new SpoilingScheduler();
        await using var driver = new MesosSchedulerDriver(
            spoiler, Conversation.Framework(), conversation.Master.Self.ToString(), new SchedulerDriverOptions { Manager = conversation.Node.Manager });
        driver.Start();
        await conversation.Master.AcceptFrameworkAsync();
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid));
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Acknowledgement));
    }

    [Test]
    public async Task An_update_is_not_acknowledged_when_the_callback_ends_the_driver()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (_, driver) => driver.Stop();
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskFinished, Uuid));
        await conversation.Master.NextCallAsync(Call.Types.Type.Teardown);
    }

    [Test]
    public async Task Updates_that_no_agent_waits_for_carry_no_uuid()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(configure: Explicit);
        foreach (string? pid in new[] { null, "@0.0.0.0:0", "nonsense" })
        {
            conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid, pid));
            TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
            Assert.That(status.HasUuid, Is.False, pid);
        }

        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskLost, uuid: null));
        Assert.That((await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate))).HasUuid, Is.False);
    }

    [Test]
    public async Task An_update_without_uuid_is_not_acknowledged()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskLost, uuid: null, pid: null));
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskLost, uuid: null));
        StatusUpdateMessage malformed = FakeMaster.Update(TaskState.TaskLost, Uuid);
        malformed.Update.Uuid = ByteString.CopyFromUtf8("short");
        conversation.Master.Tell(malformed);
        for (int i = 0; i < 3; i++)
        {
            await conversation.Scheduler.NextAsync(nameof(IScheduler.StatusUpdate));
        }

        conversation.Driver.KillTask(new TaskID { Value = "x" });
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
    }

    [Test]
    public async Task Explicitly_acknowledged_updates_wait_for_it()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(configure: Explicit);
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid));
        TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
        conversation.Driver.KillTask(new TaskID { Value = "earlier" });
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
        conversation.Driver.AcknowledgeStatusUpdate(status);
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Acknowledgement));
    }

    [Test]
    public async Task What_no_agent_waits_for_is_not_acknowledged()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(configure: Explicit);
        TaskStatus status = FakeMaster.Update(TaskState.TaskRunning, Uuid).Update.Status;
        TaskStatus noUuid = status.Clone();
        noUuid.ClearUuid();
        TaskStatus noAgent = status.Clone();
        noAgent.SlaveId = null;
        TaskStatus malformed = status.Clone();
        malformed.Uuid = ByteString.CopyFromUtf8("x");
        foreach (TaskStatus each in new[] { noUuid, noAgent, malformed, status })
        {
            conversation.Driver.AcknowledgeStatusUpdate(each);
        }

        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Acknowledgement));
    }

    [Test]
    public async Task Acknowledging_explicitly_what_is_acknowledged_implicitly_is_refused()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        TaskStatus status = FakeMaster.Update(TaskState.TaskRunning, Uuid).Update.Status;
        Assert.That(() => conversation.Driver.AcknowledgeStatusUpdate(status), Throws.InvalidOperationException);
    }

    [Test]
    public async Task An_update_for_another_framework_is_dropped()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        StatusUpdateMessage foreign = FakeMaster.Update(TaskState.TaskFailed, Uuid);
        foreign.Update.FrameworkId.Value = "framework-2";
        conversation.Master.Tell(foreign);
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid));
        TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
        Assert.That(status.State, Is.EqualTo(TaskState.TaskRunning));
    }

    [Test]
    public async Task An_update_from_a_stranger_is_ignored()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.MasterNode.Manager.Send(
            conversation.Agent.Self, conversation.Master.Framework, FakeMaster.Update(TaskState.TaskFailed, Uuid));
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Uuid));
        TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
        Assert.That(status.State, Is.EqualTo(TaskState.TaskRunning));
    }

    private sealed class SpoilingScheduler : IScheduler
    {
        public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo) => frameworkId.Value = "spoiled";

        public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
        {
        }

        public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
        {
            status.TaskId.Value = "spoiled";
            status.SlaveId.Value = "spoiled";
            status.Uuid = ByteString.Empty;
        }

        public void Error(ISchedulerDriver driver, string message)
        {
        }
    }
}

using Mesos.Common;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests;

public sealed class SmokeTests : MasterTest
{
    [Test]
    public async Task A_task_is_offered_launched_run_finished_and_forgotten()
    {
        FakeAgent agent = await AgentAsync();
        Assert.That(agent.AgentId, Is.EqualTo($"{Info.Id}-S0"));
        Assert.That(agent.Pings, Has.Count.EqualTo(1));

        FakeScheduler scheduler = Scheduler();
        scheduler.Subscribe();
        await Node.SettleAsync();
        IReadOnlyList<Google.Protobuf.IMessage> answers = scheduler.Take();
        Assert.That(answers.Select(message => message.Descriptor.Name), Is.EqualTo(new[] { "FrameworkRegisteredMessage", "ResourceOffersMessage" }));
        var registered = (FrameworkRegisteredMessage)answers[0];
        Assert.That(registered.FrameworkId.Value, Is.EqualTo($"{Info.Id}-0000"));
        Assert.That(registered.MasterInfo, Is.EqualTo(Info));

        var offers = (ResourceOffersMessage)answers[1];
        Assert.That(offers.Pids, Is.EqualTo(new[] { agent.Self.ToString() }));
        Offer offer = offers.Offers.Single();
        Assert.That(offer.Id.Value, Is.EqualTo($"{Info.Id}-O0"));
        Assert.That(offer.AllocationInfo, Is.Null, "without MULTI_ROLE");
        Assert.That(offer.Resources.Select(resource => resource.Name), Is.EqualTo(new[] { "ports", "cpus", "mem", "disk" }));
        Assert.That(offer.Resources.Select(resource => resource.Role), Is.All.EqualTo("*"));
        Assert.That(offer.Resources.Select(resource => resource.HasRole), Is.All.True);
        Assert.That(offer.Resources.Select(resource => resource.AllocationInfo), Is.All.Null);
        Assert.That(offer.Url.Path, Is.EqualTo("/slave(1)"));
        Assert.That(offer.Attributes.Single().Name, Is.EqualTo("rack"));
        Assert.That(offer.ExecutorIds, Is.Empty);

        TaskInfo task = FakeScheduler.Task(offer);
        scheduler.Launch(offer, task);
        await Node.SettleAsync();
        var run = agent.TakeOnly<RunTaskMessage>();
        Assert.That(run.FrameworkId, Is.Null);
        Assert.That(run.Framework.Id, Is.EqualTo(registered.FrameworkId));
        Assert.That(run.Pid, Is.EqualTo(scheduler.Self.ToString()));
        Assert.That(run.LaunchExecutor, Is.True);
        Assert.That(run.ResourceVersionUuids.Single().Uuid.Value.ToByteArray(), Is.EqualTo(FakeAgent.Version.ToByteArray(bigEndian: true)));
        Assert.That(Resources.From(run.Task.Resources), Is.EqualTo(Resources.Parse("cpus:0.5;mem:32").Allocate("*")));

        StatusUpdate finished = agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        await Node.SettleAsync();
        var update = scheduler.TakeOnly<StatusUpdateMessage>();
        Assert.That(update.Update, Is.EqualTo(finished));
        Assert.That(update.Pid, Is.EqualTo(agent.Self.ToString()));

        scheduler.Acknowledge(finished);
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<StatusUpdateAcknowledgementMessage>().Uuid, Is.EqualTo(finished.Uuid));

        // Everything is free again, and offered when the refusal of the leftovers has ended.
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Offer again = OnlyOffer(scheduler);
        Assert.That(Resources.From(again.Resources), Is.EqualTo(Resources.From(offer.Resources)));
    }
}

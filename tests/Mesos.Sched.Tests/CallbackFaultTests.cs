using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Sched.Tests;

/// <summary>An exception of the framework ends the driver, nothing else.</summary>
[TestFixture]
internal sealed class CallbackFaultTests
{
    [Test]
    public async Task A_callback_that_throws_aborts_the_driver_and_is_told()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (name, _) =>
        {
            if (name == nameof(IScheduler.OfferRescinded))
            {
                throw new InvalidOperationException("out of luck");
            }
        };
        conversation.Master.Tell(new RescindResourceOfferMessage { OfferId = new OfferID { Value = "o" } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
        Assert.That(
            await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)),
            Does.Contain("OfferRescinded").And.Contain("out of luck"));
        await conversation.Master.NextAsync<DeactivateFrameworkMessage>();
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
    }

    [Test]
    public async Task The_error_callback_may_throw_too()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (_, _) => throw new InvalidOperationException("always");
        conversation.Master.Tell(new RescindResourceOfferMessage { OfferId = new OfferID { Value = "o" } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Error));
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
        await conversation.SettleAsync();
        Assert.That(conversation.Scheduler.TryTake(out _), Is.False);
    }

    [Test]
    public async Task A_callback_that_stops_the_driver_and_throws_is_not_told()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (_, driver) =>
        {
            driver.Stop();
            throw new InvalidOperationException("after the end");
        };
        conversation.Master.Tell(new RescindResourceOfferMessage { OfferId = new OfferID { Value = "o" } });
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
        Assert.That(conversation.Scheduler.TryTake(out _), Is.False);
    }

    [Test]
    public async Task A_faulty_acknowledgement_inside_a_callback_ends_the_driver()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Scheduler.Inside = (name, driver) =>
        {
            if (name == nameof(IScheduler.StatusUpdate))
            {
                driver.AcknowledgeStatusUpdate(new TaskStatus { TaskId = new TaskID { Value = "t" }, State = TaskState.TaskLost });
            }
        };
        conversation.Master.Tell(FakeMaster.Update(TaskState.TaskRunning, Guid.Empty));
        await conversation.Scheduler.NextAsync(nameof(IScheduler.StatusUpdate));
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain("implicitly"));
    }
}

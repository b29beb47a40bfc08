using Mesos.Common.Detection;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>Masters that come, go and change.</summary>
[TestFixture]
internal sealed class MasterFailoverTests
{
    [Test]
    public async Task Nothing_is_sent_while_nobody_leads()
    {
        await using Stage stage = new();
        stage.Driver.Start();
        await stage.Conversation.SettleAsync();
        stage.Driver.KillTask(new TaskID { Value = "x" });
        stage.Detector.Appoint(stage.Conversation.Master.Self);
        await stage.Conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
    }

    [Test]
    public async Task Another_master_is_subscribed_to_without_force()
    {
        await using Stage stage = await Stage.RegisteredAsync();
        RecordingScheduler scheduler = stage.Scheduler;
        stage.Detector.Appoint(stage.Conversation.Agent.Self);
        await scheduler.NextAsync(nameof(IScheduler.Disconnected));

        // The other master of this test is the process that plays the agent elsewhere.
        Call call = await stage.Conversation.Agent.NextCallAsync(Call.Types.Type.Subscribe);
        Assert.That(call.FrameworkId, Is.EqualTo(FakeMaster.FrameworkId));
        Assert.That(call.Subscribe.FrameworkInfo.Id, Is.EqualTo(FakeMaster.FrameworkId));
        Assert.That(call.Subscribe.HasForce, Is.True);
        Assert.That(call.Subscribe.Force, Is.False);

        // The former master has nothing to say any more.
        stage.Conversation.Master.Tell(new FrameworkReregisteredMessage
        {
            FrameworkId = FakeMaster.FrameworkId,
            MasterInfo = stage.Conversation.Master.Info,
        });
        stage.Conversation.Agent.Tell(new FrameworkReregisteredMessage
        {
            FrameworkId = FakeMaster.FrameworkId,
            MasterInfo = stage.Conversation.Agent.Info,
        });
        Assert.That(
            await scheduler.NextAsync<string>(nameof(IScheduler.Reregistered)),
            Is.EqualTo(stage.Conversation.Agent.Self.ToString()));
    }

    [Test]
    public async Task A_master_that_knows_the_framework_from_its_agents_only_registers_it()
    {
        await using Stage stage = await Stage.RegisteredAsync();
        stage.Detector.Appoint((MasterInfo?)null);
        await stage.Scheduler.NextAsync(nameof(IScheduler.Disconnected));
        stage.Detector.Appoint(stage.Conversation.Master.Self);
        await stage.Conversation.Master.AcceptFrameworkAsync();
        await stage.Scheduler.NextAsync(nameof(IScheduler.Registered));
    }

    [Test]
    public async Task An_event_that_subscribes_again_is_told_as_such()
    {
        await using Stage stage = await Stage.RegisteredAsync();
        stage.Detector.Appoint((MasterInfo?)null);
        await stage.Scheduler.NextAsync(nameof(IScheduler.Disconnected));
        stage.Detector.Appoint(stage.Conversation.Master.Self);
        await stage.Conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        stage.Conversation.Master.Tell(new Event
        {
            Type = Event.Types.Type.Subscribed,
            Subscribed = new Event.Types.Subscribed { FrameworkId = FakeMaster.FrameworkId },
        });
        await stage.Scheduler.NextAsync(nameof(IScheduler.Reregistered));
    }

    [Test]
    public async Task What_changed_while_disconnected_is_told_after_the_return()
    {
        await using Stage stage = await Stage.RegisteredAsync();
        stage.Detector.Appoint((MasterInfo?)null);
        await stage.Scheduler.NextAsync(nameof(IScheduler.Disconnected));
        FrameworkInfo changed = Conversation.Framework("framework-1", "b", "a");
        changed.Name = "renamed";
        stage.Driver.UpdateFramework(changed, ["b"]);
        stage.Driver.SuppressOffers(["a"]);
        await stage.Conversation.SettleAsync();

        stage.Detector.Appoint(stage.Conversation.Master.Self);
        Call subscribe = await stage.Conversation.Master.AcceptFrameworkAsync();
        Assert.That(subscribe.Subscribe.FrameworkInfo.Name, Is.EqualTo("renamed"));
        Assert.That(subscribe.Subscribe.SuppressedRoles, Is.EqualTo(new[] { "a", "b" }));
        Call update = await stage.Conversation.Master.NextCallAsync(Call.Types.Type.UpdateFramework);
        Assert.That(update.UpdateFramework.FrameworkInfo, Is.EqualTo(changed));
        Assert.That(update.UpdateFramework.SuppressedRoles, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_detector_that_fails_is_an_error()
    {
        await using var conversation = new Conversation(configure: options => options with { Detector = new FailingDetector() });
        conversation.Driver.Start();
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain("out of order"));
        Assert.That(conversation.Driver.Status, Is.EqualTo(Status.DriverAborted));
    }

    [Test]
    public async Task A_master_whose_address_cannot_be_read_is_none()
    {
        await using Stage stage = await Stage.RegisteredAsync();
        MasterInfo info = stage.Conversation.Master.Info;
        info.Pid = "somewhere";
        stage.Detector.Appoint(info);
        await stage.Scheduler.NextAsync(nameof(IScheduler.Disconnected));
        stage.Driver.Stop();
        Assert.That(await stage.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
    }

    /// <summary>A conversation whose master is appointed by the test.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        public Stage()
        {
            StandaloneMasterDetectorProcess? detector = null;
            Conversation = new Conversation(configure: options =>
            {
                detector = StandaloneMasterDetectorProcess.Start(options.Manager!);
                return options with { Detector = detector };
            });
            Detector = detector!;
        }

        public Conversation Conversation { get; }

        public StandaloneMasterDetectorProcess Detector { get; }

        public MesosSchedulerDriver Driver => Conversation.Driver;

        public RecordingScheduler Scheduler => Conversation.Scheduler;

        public static async Task<Stage> RegisteredAsync()
        {
            Stage stage = new();
            stage.Detector.Appoint(stage.Conversation.Master.Self);
            stage.Driver.Start();
            await stage.Conversation.Master.AcceptFrameworkAsync();
            await stage.Scheduler.NextAsync(nameof(IScheduler.Registered));
            return stage;
        }

        public ValueTask DisposeAsync() => Conversation.DisposeAsync();
    }

    private sealed class FailingDetector : IMasterDetector
    {
        public Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation = default) =>
            Task.FromException<MasterInfo?>(new MasterDetectionException("out of order"));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

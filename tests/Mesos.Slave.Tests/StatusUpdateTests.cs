using Google.Protobuf;
using LibProcess.Addressing;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class StatusUpdateTests
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    private SlaveRig rig = null!;
    private FakePeer executor = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
        executor = await rig.RunExecutorAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task An_update_is_completed_forwarded_and_acknowledged_as_by_a_real_agent()
    {
        StatusUpdateMessage sent = rig.Update(executor, TaskState.TaskRunning);
        StatusUpdate original = sent.Update.Clone();
        await rig.SendAsync(executor, sent);

        StatusUpdateMessage said = rig.Master.Only<StatusUpdateMessage>();
        StatusUpdateMessage expected = Recorded.First<StatusUpdateMessage>("framework-messages", "slave(1)", "master");
        expected.Pid = rig.Slave.Self.ToString();
        expected.Update.FrameworkId.Value = SlaveRig.FrameworkId;
        expected.Update.SlaveId.Value = expected.Update.Status.SlaveId.Value = SlaveRig.SlaveId;
        expected.Update.Timestamp = expected.Update.Status.Timestamp = original.Timestamp;
        expected.Update.Uuid = expected.Update.Status.Uuid = original.Uuid;
        expected.Update.Status.ContainerStatus.ContainerId = rig.Containers.Launches[0].Id;
        expected.Update.Status.ContainerStatus.ExecutorPid = FakeContainerizer.Pid;
        Assert.That(said, Is.EqualTo(expected));
        Assert.That(executor.Only<StatusUpdateAcknowledgementMessage>(), Is.EqualTo(SlaveRig.Acknowledgement(original)));
    }

    [Test]
    public async Task One_update_of_a_task_is_under_way_at_a_time_and_tells_the_latest_state()
    {
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate first = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(first.Status.State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));

        rig.Master.Forget();
        await rig.AcknowledgeAsync(first);
        StatusUpdate second = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That((second.Status.State, second.LatestState), Is.EqualTo((TaskState.TaskFinished, TaskState.TaskFinished)));

        rig.Master.Forget();
        await rig.AcknowledgeAsync(second);
        await rig.Node.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
    }

    [Test]
    public async Task An_update_is_sent_again_after_10_seconds_then_twice_as_long_and_at_most_every_10_minutes()
    {
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        List<int> waits = [];
        int since = 0;
        int seen = 1;
        for (int second = 0; second < 3000; second += 10)
        {
            await rig.FromMasterAsync(new PingSlaveMessage { Connected = true });
            await rig.Node.AdvanceAsync(RetryInterval);
            since += 10;
            if (rig.Master.Got<StatusUpdateMessage>().Count > seen)
            {
                seen++;
                waits.Add(since);
                since = 0;
            }
        }

        Assert.That(waits.Take(8), Is.EqualTo(new[] { 10, 20, 40, 80, 160, 320, 600, 600 }));
        Assert.That(rig.Master.Got<StatusUpdateMessage>().Select(m => m.Update).Distinct(), Has.Exactly(1).Items);
    }

    [Test]
    public async Task A_duplicate_is_acknowledged_again_but_not_forwarded()
    {
        StatusUpdateMessage message = rig.Update(executor, TaskState.TaskRunning);
        await rig.SendAsync(executor, message.Clone());
        await rig.SendAsync(executor, message.Clone());
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task While_it_is_not_registered_updates_wait_and_the_executor_is_acknowledged_nevertheless()
    {
        rig.Detector.Appoint(null);
        await rig.Node.SettleAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(1));

        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.FromMasterAsync(Reregistered());
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_moved_framework_gets_unacknowledged_updates_at_once()
    {
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        FakePeer moved = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "scheduler(2)"));
        await rig.FromMasterAsync(new UpdateFrameworkMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Pid = moved.Self.ToString(),
            FrameworkInfo = SlaveRig.Framework(),
        });
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(2));
        await rig.SendAsync(executor, FrameworkMessageTests.ToFramework("hi"));
        Assert.That(moved.Only<ExecutorToFrameworkMessage>().Data.ToStringUtf8(), Is.EqualTo("hi"));
    }

    private static IEnumerable<TestCaseData> UnansweredUpdates =>
    [
        Unanswered("without uuid", static update => update.ClearUuid()),
        Unanswered("with a malformed uuid", static update => update.Uuid = ByteString.CopyFromUtf8("short")),
        Unanswered("without agent", static update => update.SlaveId = null),
        Unanswered("without agent in its status", static update => update.Status.SlaveId = null),
        Unanswered("of another agent", static update => update.SlaveId.Value = "S7"),
        Unanswered("of another agent in its status", static update => update.Status.SlaveId.Value = "S7"),
        Unanswered("of an unknown framework", static update => update.FrameworkId.Value = "nobody"),
    ];

    [TestCaseSource(nameof(UnansweredUpdates))]
    public async Task Updates_without_uuid_for_other_agents_or_of_unknown_frameworks_are_counted_and_neither_told_nor_answered(Action<StatusUpdate> spoil)
    {
        StatusUpdateMessage message = rig.Update(executor, TaskState.TaskRunning);
        spoil(message.Update);
        await rig.SendAsync(executor, message);
        await AssertIgnoredAsync();
    }

    [Test]
    public async Task Updates_of_a_framework_that_is_ending_are_counted_and_neither_told_nor_answered()
    {
        await rig.FromMasterAsync(new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } });
        executor.Forget();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        await AssertIgnoredAsync();
    }

    private async Task AssertIgnoredAsync()
    {
        Assert.That((rig.Master.All, executor.All), Is.EqualTo((Array.Empty<IMessage>(), Array.Empty<IMessage>())));
        Dictionary<string, double> metrics = (await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary();
        Assert.That((metrics["slave/invalid_status_updates"], metrics["slave/valid_status_updates"]), Is.EqualTo((1, 0)));
    }

    private static TestCaseData Unanswered(string name, Action<StatusUpdate> spoil) =>
        new TestCaseData(spoil).SetArgDisplayNames(name);

    [Test]
    public async Task The_uuid_of_the_update_wins_over_the_one_in_the_status()
    {
        StatusUpdateMessage message = rig.Update(executor, TaskState.TaskRunning);
        message.Update.Status.ClearUuid();
        ByteString uuid = message.Update.Uuid;
        await rig.SendAsync(executor, message);
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Uuid, Is.EqualTo(uuid));
    }

    [Test]
    public async Task Updates_of_tasks_nobody_knows_are_forwarded_without_container()
    {
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning, task: "unheard"));
        StatusUpdate said = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That(said.Status.ContainerStatus, Is.Null);
        Assert.That(said.HasLatestState, Is.False);
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Staging_from_an_executor_ends_it()
    {
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskStaging));
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task A_second_end_of_a_task_is_acknowledged_and_dropped()
    {
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskFinished), rig.Update(executor, TaskState.TaskFailed));
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
        StatusUpdate end = rig.Master.Only<StatusUpdateMessage>().Update;
        rig.Master.Forget();
        await rig.AcknowledgeAsync(end);
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task Acknowledgements_of_strangers_wrong_ones_malformed_ones_and_duplicates_change_nothing()
    {
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate head = rig.Master.Only<StatusUpdateMessage>().Update;
        FakePeer stranger = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "master(7)"));
        await rig.SendAsync(stranger, SlaveRig.Acknowledgement(head));
        StatusUpdateAcknowledgementMessage wrong = SlaveRig.Acknowledgement(head);
        wrong.Uuid = UuidOf(99);
        await rig.FromMasterAsync(wrong);
        StatusUpdateAcknowledgementMessage malformed = SlaveRig.Acknowledgement(head);
        malformed.Uuid = ByteString.CopyFromUtf8("x");
        await rig.FromMasterAsync(malformed);
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));

        await rig.AcknowledgeAsync(head);
        await rig.AcknowledgeAsync(head);
        Assert.That(rig.Master.Got<StatusUpdateMessage>().Select(m => m.Update.Status.State), Is.EqualTo(new[] { TaskState.TaskRunning, TaskState.TaskFinished }));
    }

    [TestCase("scheduler")]
    [TestCase("executor")]
    public async Task An_acknowledgement_counts_whoever_it_comes_from_who_is_not_called_master(string sender)
    {
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate head = rig.Master.Only<StatusUpdateMessage>().Update;
        rig.Master.Forget();
        await rig.SendAsync(sender == "scheduler" ? rig.Scheduler : executor, SlaveRig.Acknowledgement(head));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished), "the next one is on its way");
    }

    [Test]
    public async Task While_the_agent_is_not_registered_the_master_does_not_acknowledge_and_a_scheduler_does()
    {
        await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskRunning), rig.Update(executor, TaskState.TaskFinished));
        StatusUpdate head = rig.Master.Only<StatusUpdateMessage>().Update;
        rig.Detector.Appoint(null);
        await rig.Node.SettleAsync();
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.AcknowledgeAsync(head);
        rig.Master.Forget();
        await rig.FromMasterAsync(Reregistered());
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskRunning));

        rig.Detector.Appoint(null);
        await rig.Node.SettleAsync();
        await rig.SendAsync(rig.Scheduler, SlaveRig.Acknowledgement(head));
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        rig.Master.Forget();
        await rig.FromMasterAsync(Reregistered());
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
    }

    [Test]
    public async Task An_update_of_a_task_that_no_executor_has_got_yet_is_not_taken_and_not_sent_again()
    {
        // The launch waits one turn, in which what came with the task goes first.
        StatusUpdateMessage early = rig.Update(executor, TaskState.TaskFailed, "task-2");
        await rig.Slave.CallAsync(() =>
        {
            rig.Node.Manager.Send(rig.Master.Self, rig.Slave.Self, rig.ExecutorTask("task-2", launchExecutor: false));
            rig.Node.Manager.Send(executor.Self, rig.Slave.Self, early.Clone());
        });
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(executor.Names, Is.EquivalentTo(new[] { "StatusUpdateAcknowledgementMessage", "RunTaskMessage" }));
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary()["slave/invalid_status_updates"], Is.EqualTo(1));
    }

    [Test]
    public async Task An_update_in_the_name_of_nobody_counts_as_the_agents_own()
    {
        StatusUpdateMessage message = rig.Update(executor, TaskState.TaskRunning);
        message.Pid = UPid.Empty.ToString();
        await rig.SendAsync(executor, message);
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Source, Is.EqualTo(StatusSource.Slave));
        Assert.That(executor.All, Is.Empty);
    }

    private static SlaveReregisteredMessage Reregistered() => new() { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } };

    private static ByteString UuidOf(byte last)
    {
        byte[] bytes = new byte[16];
        bytes[6] = 0x40;
        bytes[15] = last;
        return ByteString.CopyFrom(bytes);
    }

    [Test]
    public async Task An_update_of_a_task_of_another_executor_is_not_taken_and_not_sent_again()
    {
        FakePeer other = await rig.RunExecutorAsync("task-2", "exec-2");
        StatusUpdateMessage update = rig.Update(other, TaskState.TaskFailed, executor: "exec-2");
        await rig.SendAsync(other, update.Clone());
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(other.Only<StatusUpdateAcknowledgementMessage>().Uuid, Is.EqualTo(update.Update.Uuid), "it would send it for ever");
    }
}

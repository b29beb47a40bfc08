using Google.Protobuf;

namespace Mesos.Slave.Tests;

/// <summary>What is complete on the wire and makes no sense nevertheless. A fault in any handler fails the test at its end.</summary>
[TestFixture]
internal sealed class HostileInputTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        Assert.That(await rig.GetAsync("/state"), Does.StartWith("{"));
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).Select(metric => metric.Key), Does.Contain("slave/cpus_used"));
        await rig.DisposeAsync();
    }

    [Test]
    public async Task Tasks_with_senseless_resources()
    {
        Resource[] senseless =
        [
            new() { Name = "cpus", Type = Value.Types.Type.Scalar },
            new() { Name = "cpus", Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = double.NaN } },
            new() { Name = "cpus", Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = -1e300 } },
            new() { Name = "mem", Type = Value.Types.Type.Ranges },
            new()
            {
                Name = "ports",
                Type = Value.Types.Type.Ranges,
                Ranges = new Value.Types.Ranges { Range = { new Value.Types.Range { Begin = 9, End = 1 }, new Value.Types.Range { Begin = 0, End = ulong.MaxValue } } },
            },
            new() { Name = "things", Type = Value.Types.Type.Set },
            new() { Name = "text", Type = Value.Types.Type.Text },
            new() { Name = "", Type = Value.Types.Type.Scalar, Role = "a/b", Reservation = new Resource.Types.ReservationInfo() },
            new() { Name = "cpus", Type = Value.Types.Type.Scalar, ProviderId = new ResourceProviderID { Value = "p" } },
        ];
        for (int i = 0; i < senseless.Length; i++)
        {
            RunTaskMessage message = rig.CommandTask("task-" + i);
            message.Task.Resources.Add(senseless[i]);
            await rig.FromMasterAsync(message);
            await rig.GetAsync("/state");
        }
    }

    [Test]
    public async Task An_executor_that_lies_about_ids_changes_nothing_for_others()
    {
        FakePeer honest = await rig.RunExecutorAsync();
        FakePeer liar = await rig.RunExecutorAsync("task-2", "exec-2");
        StatusUpdateMessage[] lies =
        [
            rig.Update(liar, TaskState.TaskFailed),
            rig.Update(liar, TaskState.TaskFailed, "task-1", "exec-2"),
            rig.Update(honest, TaskState.TaskFailed),
            rig.Update(liar, TaskState.TaskFailed, "task-2", "exec-2"),
            rig.Update(liar, TaskState.TaskFailed, "task-2", "exec-2"),
            rig.Update(liar, TaskState.TaskFailed, "task-2", "exec-2"),
        ];
        lies[3].Update.FrameworkId.Value = "another-framework";
        lies[4].Update.SlaveId.Value = "another-agent";
        lies[5].Update.Status.SlaveId.Value = "another-agent";
        foreach (StatusUpdateMessage lie in lies)
        {
            await rig.SendAsync(liar, lie);
        }

        await rig.SendAsync(liar, new ReregisterExecutorMessage { FrameworkId = new FrameworkID { Value = "another-framework" }, ExecutorId = new ExecutorID { Value = "exec-1" } });
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary()["slave/invalid_status_updates"], Is.EqualTo(lies.Length));
        Assert.That(liar.Only<ShutdownExecutorMessage>(), Is.Not.Null);
        await rig.SendAsync(honest, rig.Update(honest, TaskState.TaskRunning));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.TaskId.Value, Is.EqualTo("task-1"));
    }

    [Test]
    public async Task A_flood_of_updates_is_taken_and_one_of_them_is_under_way()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendTogetherAsync(executor, [.. Enumerable.Range(0, 2000).Select(_ => rig.Update(executor, TaskState.TaskRunning))]);
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(2000));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(1));
        await rig.FromMasterAsync(new PingSlaveMessage { Connected = true });
        Assert.That(rig.Master.Got<PongSlaveMessage>(), Has.Count.EqualTo(1));
    }

    private static IEnumerable<TestCaseData> UselessIds =>
    [
        new("", "The id is empty"),
        new(".", "not allowed"),
        new("..", "not allowed"),
        new("a/b", "invalid characters"),
        new("\0", "invalid characters"),
        new(".tmp-x", "'.tmp-'"),
        new(new string('x', 10_000), "longer than 255 characters"),
    ];

    [TestCaseSource(nameof(UselessIds))]
    public async Task Ids_that_are_empty_long_or_paths(string id, string sentence)
    {
        rig.Checkpoint = true;
        string[] before = Tree(rig);
        await rig.FromMasterAsync(rig.CommandTask(id));
        await rig.FromMasterAsync(rig.ExecutorTask("task of executor", id));
        RunTaskMessage message = rig.ExecutorTask("task of framework");
        message.Framework.Id.Value = id;
        await rig.FromMasterAsync(message);
        TaskStatus[] told = [.. rig.Master.Got<StatusUpdateMessage>().Select(update => update.Update.Status)];
        Assert.That(told.Select(status => (status.TaskId.Value, status.State)), Is.EquivalentTo(new[]
        {
            (id, TaskState.TaskLost), ("task of executor", TaskState.TaskLost), ("task of framework", TaskState.TaskError),
        }));
        Assert.That(told.Select(status => status.Message), Has.All.Contains(sentence));
        await rig.FromMasterAsync(new KillTaskMessage { FrameworkId = new FrameworkID { Value = id }, TaskId = new TaskID { Value = id } });
        await rig.RegisterExecutorAsync(id, id);
        Assert.That(rig.Containers.Launches, Is.Empty);
        Assert.That(Tree(rig), Is.EqualTo(before));
    }

    [Test]
    public async Task Ids_of_any_other_characters_are_names_like_others()
    {
        foreach (string id in new[] { "\u00fcn\u00ef", " ", ".hidden", "..." })
        {
            await rig.FromMasterAsync(rig.CommandTask(id));
        }

        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(4));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);
    }

    [TestCase("a/b")]
    [TestCase("..")]
    [TestCase("\0")]
    [TestCase("latest")]
    [TestCase(".tmp-x")]
    public async Task A_master_that_gives_an_id_that_cannot_name_a_directory_is_not_believed(string id)
    {
        await using var other = new SlaveRig { Checkpoint = true };
        other.Detector.Appoint(other.MasterInfo);
        await other.Node.AdvanceAsync(other.Options.RegistrationBackoffFactor);
        string[] before = Tree(other);
        await other.FromMasterAsync(new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = id } });
        Assert.That(Tree(other), Is.EqualTo(before));
        Assert.That(other.Master.Got<UpdateSlaveMessage>(), Is.Empty);
        other.Master.Forget();
        await other.Node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(other.Master.Got<RegisterSlaveMessage>(), Is.Not.Empty, "it asks again");
        await other.FromMasterAsync(new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        Assert.That(other.Master.Got<UpdateSlaveMessage>(), Has.Count.EqualTo(1));
        Assert.That(other.Slave.Failure, Is.Null);
    }

    private static string[] Tree(SlaveRig rig) =>
        [.. Directory.EnumerateFileSystemEntries(rig.WorkDirectory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [Test]
    public async Task Grace_periods_beyond_reason()
    {
        foreach (long nanoseconds in new[] { long.MaxValue, long.MinValue, -1, 0 })
        {
            RunTaskMessage message = rig.CommandTask("task" + nanoseconds);
            message.Task.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = nanoseconds } };
            await rig.FromMasterAsync(message);
            FakePeer executor = await rig.RegisterExecutorAsync("task" + nanoseconds);
            Assert.That(executor.Names, Does.Contain("RunTaskMessage"));
            await rig.FromMasterAsync(new ShutdownExecutorMessage
            {
                FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
                ExecutorId = new ExecutorID { Value = "task" + nanoseconds },
            });
        }

        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Answers_to_registrations_with_senseless_timeouts()
    {
        foreach (double timeout in new[] { double.NaN, double.PositiveInfinity, -1, 0, 1e300 })
        {
            await rig.FromMasterAsync(new PingSlaveMessage { Connected = false });
            await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
            await rig.FromMasterAsync(new SlaveReregisteredMessage
            {
                SlaveId = new SlaveID { Value = SlaveRig.SlaveId },
                Connection = new MasterSlaveConnection { TotalPingTimeoutSeconds = timeout },
            });
        }

        rig.Master.Forget();
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(74));
        Assert.That(rig.Master.All, Is.Empty);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Not.Empty);
        await rig.FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
    }

    [Test]
    public async Task Updates_in_every_order_and_state()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        foreach (TaskState state in Enum.GetValues<TaskState>().Where(state => state != TaskState.TaskStaging))
        {
            await rig.SendAsync(executor, rig.Update(executor, state));
            StatusUpdateMessage odd = rig.Update(executor, state, task: "", executor: "");
            odd.Pid = "nonsense";
            odd.Update.Status.Timestamp = double.NaN;
            odd.Update.Status.ContainerStatus = new ContainerStatus { ContainerId = new ContainerID { Value = "nobody's" } };
            await rig.SendAsync(executor, odd);
        }
    }

    [Test]
    public async Task Everything_at_once_before_and_after_the_end_of_a_framework()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        IMessage[] messages =
        [
            rig.Update(executor, TaskState.TaskFinished),
            new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } },
            rig.ExecutorTask("task-2", launchExecutor: false),
            rig.CommandTask("task-3"),
            rig.Update(executor, TaskState.TaskRunning),
            new KillTaskMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId }, TaskId = new TaskID { Value = "task-3" } },
            new UpdateFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId }, Pid = "nonsense" },
            new DrainSlaveMessage { Config = new DrainConfig { MarkGone = true } },
            new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } },
            new ReconcileOperationsMessage { FrameworkId = new FrameworkID { Value = "x" }, Operations = { new ReconcileOperationsMessage.Types.Operation() } },
            new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } },
        ];
        await rig.SendTogetherAsync(rig.Master, messages);
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"frameworks\":[]"));
    }
}

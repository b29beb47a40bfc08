using Google.Protobuf;
using Mesos.Slave.State;

namespace Mesos.Slave.Tests;

/// <summary>Executors that send more than anybody acknowledges.</summary>
[TestFixture]
internal sealed class FloodTests
{
    private static readonly ByteString Megabyte = ByteString.CopyFrom(new byte[1 << 20]);

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
    public async Task An_executor_that_sends_without_end_is_ended_and_a_bounded_part_is_kept()
    {
        const int Sent = 100_000, Together = 500, Size = 1 << 16;
        var data = ByteString.CopyFrom(new byte[Size]);
        for (int batch = 0; batch < Sent / Together; batch++)
        {
            await rig.SendTogetherAsync(executor, [.. Enumerable.Range(0, Together).Select(_ => Update(data))]);
        }

        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.InRange(900, UpdateBacklog.MaxBytes / Size));
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Has.Count.EqualTo(1));
        await rig.Node.AdvanceAsync(rig.Options.ExecutorShutdownGracePeriod);
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));

        // What was promised is delivered, and then how it ended.
        TaskStatus last = rig.Master.Got<StatusUpdateMessage>()[^1].Update.Status;
        for (int acknowledged = 0; last.State == TaskState.TaskRunning && acknowledged < 1100; acknowledged++)
        {
            StatusUpdate head = rig.Master.Got<StatusUpdateMessage>()[^1].Update;
            rig.Master.Forget();
            await rig.AcknowledgeAsync(head);
            last = rig.Master.Got<StatusUpdateMessage>()[^1].Update.Status;
        }

        Assert.That((last.State, last.Reason), Is.EqualTo((TaskState.TaskFailed, Reason.ExecutorTerminated)));
        Assert.That(last.Message, Does.StartWith("Executor is ended because ").And.Contain(" of its status updates, 63 MB, wait for acknowledgements"));
    }

    [Test]
    public async Task Small_updates_are_limited_by_their_number()
    {
        await rig.SendTogetherAsync(executor, [.. Enumerable.Range(0, UpdateBacklog.MaxUpdates + 10).Select(_ => Update(ByteString.Empty))]);
        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(UpdateBacklog.MaxUpdates));
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Updates_of_tasks_that_nobody_knows_count_as_well()
    {
        for (int index = 0; index < 100; index++)
        {
            await rig.SendAsync(executor, Update(Megabyte, "made-up-" + index));
        }

        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(63));
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task What_is_acknowledged_makes_room()
    {
        for (int index = 0; index < 100; index++)
        {
            await rig.SendAsync(executor, Update(Megabyte, index % 2 == 0 ? "task-1" : "made-up-" + index));
            StatusUpdate head = rig.Master.Only<StatusUpdateMessage>().Update;
            rig.Master.Forget();
            await rig.AcknowledgeAsync(head);
        }

        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(100));
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Is.Empty);
    }

    [Test]
    public async Task What_comes_twice_or_is_not_taken_does_not_count()
    {
        StatusUpdateMessage end = Update(Megabyte);
        end.Update.Status.State = TaskState.TaskFinished;
        for (int index = 0; index < 100; index++)
        {
            await rig.SendAsync(executor, end.Clone());
            await rig.SendAsync(executor, Update(Megabyte));
        }

        Assert.That(executor.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(200));
        Assert.That(executor.Got<ShutdownExecutorMessage>(), Is.Empty);
    }

    [Test]
    public async Task Strangers_share_a_limit_and_cost_executors_nothing()
    {
        FakePeer stranger = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "stranger"));
        for (int index = 0; index < 100; index++)
        {
            StatusUpdateMessage update = Update(Megabyte, "made-up-" + index);
            update.Pid = stranger.Self.ToString();
            await rig.SendAsync(stranger, update);
        }

        Assert.That(stranger.Got<StatusUpdateAcknowledgementMessage>(), Has.Count.EqualTo(63));
        await rig.SendAsync(executor, Update(Megabyte));
        Assert.That(executor.Names, Is.EqualTo(new[] { "StatusUpdateAcknowledgementMessage" }));
    }

    [Test]
    public async Task Nothing_is_remembered_of_a_task_nobody_knows_once_its_update_is_acknowledged()
    {
        StatusUpdateMessage update = Update(ByteString.Empty, "made-up");
        await rig.SendAsync(executor, update.Clone());
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        await rig.SendAsync(executor, update.Clone());
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Has.Count.EqualTo(2), "it was forgotten");
    }

    private StatusUpdateMessage Update(ByteString data, string task = "task-1")
    {
        StatusUpdateMessage message = rig.Update(executor, TaskState.TaskRunning, task);
        message.Update.Status.Data = data;
        return message;
    }
}

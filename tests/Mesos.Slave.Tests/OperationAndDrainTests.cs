using Google.Protobuf;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class OperationAndDrainTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task An_operation_is_answered_with_an_error_that_says_why()
    {
        await rig.FromMasterAsync(Apply());
        UpdateOperationStatusMessage said = rig.Master.Only<UpdateOperationStatusMessage>();
        Assert.Multiple(() =>
        {
            Assert.That(said.Status.State, Is.EqualTo(OperationState.OperationError));
            Assert.That(said.Status.Message, Does.Contain("not support"));
            Assert.That(said.Status.OperationId.Value, Is.EqualTo("op"));
            Assert.That(said.Status.Uuid, Is.Null);
            Assert.That(said.SlaveId.Value, Is.EqualTo(SlaveRig.SlaveId));
            Assert.That(said.OperationUuid, Is.EqualTo(Uuid(1)));
            Assert.That(said.FrameworkId.Value, Is.EqualTo(SlaveRig.FrameworkId));
            Assert.That(said.IsInitialized());
        });
    }

    [Test]
    public async Task Operations_the_master_misses_are_reported_dropped()
    {
        await rig.FromMasterAsync(new ReconcileOperationsMessage
        {
            Operations =
            {
                new ReconcileOperationsMessage.Types.Operation { OperationUuid = Uuid(1) },
                new ReconcileOperationsMessage.Types.Operation(),
            },
        });
        UpdateOperationStatusMessage said = rig.Master.Only<UpdateOperationStatusMessage>();
        Assert.That((said.Status.State, said.OperationUuid), Is.EqualTo((OperationState.OperationDropped, Uuid(1))));
    }

    [Test]
    public async Task What_strangers_say_of_operations_and_what_is_malformed_is_ignored()
    {
        await rig.SendAsync(rig.Scheduler, Apply());
        await rig.SendAsync(rig.Scheduler, new CheckpointResourcesMessage());
        await rig.SendAsync(rig.Scheduler, new ReconcileOperationsMessage());
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { new Resource { Name = "cpus", Type = Value.Types.Type.Scalar } } });
        await rig.FromMasterAsync(new AcknowledgeOperationStatusMessage
        {
            StatusUuid = new UUID { Value = ByteString.CopyFromUtf8("x") },
            OperationUuid = new UUID { Value = ByteString.CopyFromUtf8("y") },
        });
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(rig.Scheduler.All, Is.Empty);
    }

    [Test]
    public async Task Draining_kills_everything_says_why_and_takes_nothing_new_until_all_is_gone()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(rig.CommandTask("queued"));
        await rig.FromMasterAsync(new DrainSlaveMessage
        {
            Config = new DrainConfig { MaxGracePeriod = new DurationInfo { Nanoseconds = 1_000_000_000 } },
        });
        KillTaskMessage kill = executor.Only<KillTaskMessage>();
        Assert.That((kill.TaskId.Value, kill.KillPolicy.GracePeriod.Nanoseconds), Is.EqualTo(("task-1", 1_000_000_000)));
        TaskStatus queued = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((queued.TaskId.Value, queued.State, queued.Reason), Is.EqualTo(("queued", TaskState.TaskKilled, Reason.SlaveDraining)));

        rig.Master.Forget();
        await rig.FromMasterAsync(rig.CommandTask("late"));
        TaskStatus late = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((late.State, late.Reason), Is.EqualTo((TaskState.TaskLost, Reason.SlaveDraining)));

        rig.Master.Forget();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        StatusUpdate killed = rig.Master.Only<StatusUpdateMessage>().Update;
        Assert.That((killed.Status.State, killed.Status.Reason), Is.EqualTo((TaskState.TaskKilled, Reason.SlaveDraining)));
    }

    [Test]
    public async Task After_draining_the_agent_takes_tasks_again()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskKilled));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        rig.Master.Forget();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2"));
        Assert.That(rig.Master.All, Is.Empty);
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task An_empty_agent_and_a_stranger_do_not_start_draining()
    {
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(rig.Scheduler, new DrainSlaveMessage { Config = new DrainConfig() });
        Assert.That(executor.All, Is.Empty);
    }

    private static ApplyOperationMessage Apply() => new()
    {
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        OperationInfo = new Offer.Types.Operation
        {
            Type = Offer.Types.Operation.Types.Type.Reserve,
            Id = new OperationID { Value = "op" },
            Reserve = new Offer.Types.Operation.Types.Reserve(),
        },
        OperationUuid = Uuid(1),
        ResourceVersionUuid = new ResourceVersionUUID { Uuid = Uuid(2) },
    };

    private static UUID Uuid(byte last)
    {
        byte[] bytes = new byte[16];
        bytes[6] = 0x40;
        bytes[15] = last;
        return new UUID { Value = ByteString.CopyFrom(bytes) };
    }
}

using Google.Protobuf;
using Mesos.Common;
using Mesos.Slave.Paths;
using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;
using OperationMessages = Mesos.Common.Protobuf.Operations;
using OperationInfo = Mesos.Proto.Offer.Types.Operation;
using ResourceState = Mesos.Proto.Internal.Slave.ResourceState;

namespace Mesos.Slave.Tests;

/// <summary>Agents that find reservations, volumes and operations of an earlier run, ours or the original's.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class ResourceRecoveryTests
{
    private SlaveRig rig = null!;
    private OperationRig operations = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
        operations = new OperationRig(rig);
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task Reservations_and_volumes_with_their_data_are_there_again()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)), OperationRig.Create(OperationRig.Volume()));
        await File.WriteAllTextAsync(Path.Combine(operations.VolumeDirectory, "file"), "x");
        ReregisterSlaveMessage said = await operations.RestartAsync();
        Assert.That(said.CheckpointedResources.Single().Disk.Persistence.Id, Is.EqualTo("data"));
        Assert.That(rig.Master.Only<UpdateSlaveMessage>().Operations.Operations_, Is.Empty);
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Is.Empty);
        Assert.That(File.Exists(Path.Combine(operations.VolumeDirectory, "file")), Is.True);
        rig.Master.Forget();
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Destroy(OperationRig.Volume()));
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.False);
    }

    [Test]
    public async Task What_came_of_an_operation_is_told_by_the_next_agent_as_the_same_status()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await operations.RestartAsync();
        Assert.That(rig.Master.Names.TakeLast(2), Is.EqualTo(new[] { "UpdateSlaveMessage", "UpdateOperationStatusMessage" }));
        Assert.That(rig.Master.Only<UpdateSlaveMessage>().Operations.Operations_.Single().LatestStatus, Is.EqualTo(said.Status));
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said));
        await operations.AcknowledgeAsync(said);
        Assert.That(operations.Written().Operations, Is.Empty);
    }

    [Test]
    public async Task An_operation_whose_outcome_was_decided_but_not_in_its_stream_is_told()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        Directory.Delete(operations.StreamDirectory(said.OperationUuid), recursive: true);
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said));
    }

    [TestCase(0)]
    [TestCase(10)]
    public async Task A_torn_stream_is_cut_and_the_outcome_told_from_what_else_is_kept(int left)
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        string file = Path.Combine(operations.StreamDirectory(said.OperationUuid), "operation.updates");
        DiskFileSystem.Instance.Truncate(file, left);
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said));
        byte[] record = await File.ReadAllBytesAsync(file);
        Assert.That(BitConverter.ToInt32(record), Is.EqualTo(record.Length - 4), "one whole record");
    }

    [Test]
    public async Task A_record_whose_end_was_never_written_is_not_believed_though_it_has_its_length()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        string file = Path.Combine(operations.StreamDirectory(said.OperationUuid), "operation.updates");
        byte[] record = await File.ReadAllBytesAsync(file);
        record.AsSpan(^4..).Clear();
        await File.WriteAllBytesAsync(file, record);
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said), "of this operation, and of no other");
    }

    [Test]
    public async Task An_acknowledgement_that_was_kept_counts_though_the_operation_was_not_forgotten_yet()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        string file = Path.Combine(operations.StreamDirectory(said.OperationUuid), "operation.updates");
        await File.AppendAllBytesAsync(file, RecordFrames.Frame(new UpdateOperationStatusRecord
        {
            Type = UpdateOperationStatusRecord.Types.Type.Ack,
            Uuid = said.Status.Uuid,
        }));
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Is.Empty);
        Assert.That(operations.Written().Operations, Is.Empty);
        Assert.That(Directory.Exists(operations.StreamDirectory(said.OperationUuid)), Is.False);
    }

    [Test]
    public async Task Streams_of_operations_nobody_knows_are_removed()
    {
        await rig.KillAsync();
        string stream = operations.StreamDirectory(OperationRig.Uuid(5));
        Directory.CreateDirectory(stream);
        await File.WriteAllBytesAsync(Path.Combine(stream, "operation.updates"), []);
        await rig.StartAsync();
        Assert.That(Directory.Exists(stream), Is.False);
    }

    [Test]
    public async Task A_volume_the_original_was_about_to_make_is_made_and_told()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)));
        await rig.KillAsync();
        ResourceState state = operations.Written();
        state.Operations.Add(Pending(OperationRig.Create(OperationRig.Volume()), 7));
        await WriteAsync(SlavePaths.ResourceState(operations.Meta), state);
        await rig.StartAsync();
        await rig.ReregisterAsync();
        UpdateOperationStatusMessage told = rig.Master.Only<UpdateOperationStatusMessage>();
        Assert.That((told.Status.State, told.OperationUuid), Is.EqualTo((OperationState.OperationFinished, OperationRig.Uuid(7))));
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CheckpointedResources.Single().Disk, Is.Not.Null);
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_was_being_done_with_directories_is_ended(bool olderAgent)
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)), OperationRig.Create(OperationRig.Volume()));
        await rig.KillAsync();
        var target = new ResourceState { Resources = { OperationRig.Volume(60, allocated: false, id: "other"), OperationRig.Reserved("disk", 40, allocated: false) } };
        await WriteAsync(SlavePaths.ResourcesTarget(operations.Meta), [.. target.Resources]);
        if (olderAgent)
        {
            File.Delete(SlavePaths.ResourceState(operations.Meta));
        }
        else
        {
            await WriteAsync(SlavePaths.ResourceStateTarget(operations.Meta), target);
        }

        await rig.StartAsync();
        Assert.That(Directory.GetDirectories(Path.GetDirectoryName(operations.VolumeDirectory)!).Select(Path.GetFileName), Is.EqualTo(new[] { "other" }));
        Assert.That(Directory.GetFiles(Path.Combine(operations.Meta, "resources")).Select(Path.GetFileName), Is.EquivalentTo(new[] { "resources.info", "resources_and_operations.state" }));
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CheckpointedResources.Select(resource => resource.Scalar.Value), Is.EquivalentTo(new[] { 60.0, 40.0 }));
    }

    [Test]
    public async Task Resources_that_do_not_hold_what_is_kept_end_the_agent_with_a_sentence()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 3)));
        await rig.KillAsync();
        await rig.StartAsync(change: static info =>
        {
            info.Resources.Clear();
            Common.Resources.Parse("cpus:2;mem:4096;disk:10000;ports:[31000-32000]").CopyTo(info.Resources);
        });
        Assert.That(rig.Slave.Failure, Does.StartWith("Checkpointed resources ").And.Contain("are incompatible with agent resources").And.Contain("cpus"));
        Assert.That(rig.Slave.Failure, Does.Contain("--resources"));
        Assert.That(operations.Written().Resources.Single().Scalar.Value, Is.EqualTo(3), "nothing is forgotten");
        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CheckpointedResources.Single().Scalar.Value, Is.EqualTo(3));
    }

    [Test]
    public async Task More_resources_of_the_same_name_hold_what_is_kept_where_the_policy_allows_them()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 3)));
        await rig.KillAsync();
        await rig.StartAsync(
            static options => options with { ReconfigurationPolicy = SlaveInfoChanges.Additive },
            change: static info => info.Resources[0].Scalar.Value = 8);
        rig.Detector.Appoint(new MasterInfo(rig.MasterInfo) { Capabilities = { new MasterInfo.Types.Capability { Type = MasterInfo.Types.Capability.Types.Type.AgentUpdate } } });
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        ReregisterSlaveMessage said = rig.Master.Only<ReregisterSlaveMessage>();
        Assert.That((said.CheckpointedResources.Single().Scalar.Value, said.Slave.Resources[0].Scalar.Value), Is.EqualTo((3.0, 8.0)));
    }

    [Test]
    public async Task An_agent_that_only_cleans_up_leaves_reservations_volumes_and_outcomes_to_the_next()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)));
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Create(OperationRig.Volume()));
        await rig.KillAsync();
        await rig.StartAsync(static options => options with { Recover = SlaveRecovery.Cleanup });
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Is.Null);
        await rig.StartAsync(static options => options with { Recover = SlaveRecovery.Reconnect });
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said));
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.True);
    }

    [Test]
    public async Task An_agent_that_begins_anew_keeps_reservations_and_forgets_operations()
    {
        await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        await rig.StartAsync(static options => options with { Recover = SlaveRecovery.StartAnew });
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        Assert.That(rig.Master.Only<RegisterSlaveMessage>().CheckpointedResources.Single().Name, Is.EqualTo("cpus"));
        Assert.That(operations.Written().Operations, Is.Empty);
    }

    [Test]
    public async Task A_task_of_before_keeps_its_reserved_resources()
    {
        rig.Checkpoint = true;
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        RunTaskMessage task = rig.ExecutorTask();
        task.Task.Resources.Add(OperationRig.Reserved("cpus", 1));
        await rig.FromMasterAsync(task);
        FakePeer executor = await rig.RegisterExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.SendAsync(executor, new ReregisterExecutorMessage
        {
            ExecutorId = new ExecutorID { Value = "exec-1" },
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        });
        await rig.ReregisterAsync();
        ReregisterSlaveMessage said = rig.Master.Only<ReregisterSlaveMessage>();
        Assert.That(said.Tasks.Single().Resources.Count, Is.EqualTo(2));
        Assert.That(said.CheckpointedResources.Single().Name, Is.EqualTo("cpus"));
    }

    [Test]
    public async Task Damage_ends_a_strict_agent_and_is_counted_by_another()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.KillAsync();
        await File.WriteAllBytesAsync(SlavePaths.ResourceState(operations.Meta), [9, 0, 0, 0, 1]);
        await rig.StartAsync();
        Assert.That(rig.Slave.Failure, Does.Contain("resources_and_operations.state").And.Contain("--no-strict"));
        await rig.StartAsync(static options => options with { Strict = false });
        await rig.ReregisterAsync();
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CheckpointedResources.Single().Name, Is.EqualTo("cpus"), "the other file says the same");
    }

    private static Operation Pending(OperationInfo info, byte uuid) => OperationMessages.Create(
        info,
        OperationMessages.CreateStatus(OperationState.OperationPending, slaveId: new SlaveID { Value = SlaveRig.SlaveId }),
        new FrameworkID { Value = SlaveRig.FrameworkId },
        new SlaveID { Value = SlaveRig.SlaveId },
        OperationRig.GuidOf(OperationRig.Uuid(uuid)));

    private static Task WriteAsync(string path, params IMessage[] messages) => File.WriteAllBytesAsync(path, RecordFrames.FrameAll(messages));
}

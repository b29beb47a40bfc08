using Google.Protobuf;
using Mesos.Slave.Paths;
using OperationInfo = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Slave.Tests;

/// <summary>Reservations and volumes as a master makes them.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class OperationTests
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
    public async Task What_came_of_an_operation_is_told_again_until_it_is_acknowledged()
    {
        await rig.FromMasterAsync(operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 1))));
        UpdateOperationStatusMessage said = rig.Master.Only<UpdateOperationStatusMessage>();
        Assert.Multiple(() =>
        {
            Assert.That(said.Status.State, Is.EqualTo(OperationState.OperationFinished));
            Assert.That(said.Status.OperationId.Value, Is.EqualTo("op-1"));
            Assert.That(said.Status.Uuid.Value, Has.Length.EqualTo(16));
            Assert.That(said.Status.SlaveId.Value, Is.EqualTo(SlaveRig.SlaveId));
            Assert.That(said.LatestStatus, Is.EqualTo(said.Status));
            Assert.That(said.OperationUuid, Is.EqualTo(OperationRig.Uuid(1)));
            Assert.That(said.FrameworkId.Value, Is.EqualTo(SlaveRig.FrameworkId));
        });
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Has.Count.EqualTo(2));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Has.Count.EqualTo(2));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Has.Count.EqualTo(3).And.All.EqualTo(said));

        await operations.AcknowledgeAsync(said);
        rig.Master.Forget();
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Is.Empty);
    }

    [Test]
    public async Task Retries_are_never_more_than_ten_minutes_apart()
    {
        await rig.FromMasterAsync(operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 1))));
        foreach (int seconds in new[] { 10, 20, 40, 80, 160, 320, 600, 600 })
        {
            rig.Master.Forget();
            for (int rest = seconds - 1; rest > 0; rest -= 60)
            {
                await rig.FromMasterAsync(new PingSlaveMessage { Connected = true });
                await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(Math.Min(60, rest)));
            }

            Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Is.Empty);
            await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
            Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Has.Count.EqualTo(1));
        }
    }

    [Test]
    public async Task An_operation_is_on_the_disk_as_the_original_writes_it_before_anybody_is_told()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(
            OperationRig.Reserve(OperationRig.Reserved("cpus", 1), OperationRig.Reserved("mem", 32)));
        var written = operations.Written();
        Assert.Multiple(() =>
        {
            Assert.That(written.Operations.Single().LatestStatus, Is.EqualTo(said.Status));
            Assert.That(written.Operations.Single().Statuses.Single(), Is.EqualTo(said.Status));
            Assert.That(written.Operations.Single().Uuid, Is.EqualTo(said.OperationUuid));
            Assert.That(written.Resources.Select(resource => (resource.Name, resource.Role, resource.Reservations.Count, resource.AllocationInfo)), Is.EqualTo(new[]
            {
                ("cpus", OperationRig.Role, 0, (Resource.Types.AllocationInfo?)null), ("mem", OperationRig.Role, 0, null),
            }), "in the older format");
            byte[] old = File.ReadAllBytes(SlavePaths.ResourcesInfo(operations.Meta));
            Assert.That(Resource.Parser.ParseFrom(old.AsSpan(4, BitConverter.ToInt32(old))), Is.EqualTo(written.Resources[0]));
            Assert.That(File.Exists(SlavePaths.ResourceStateTarget(operations.Meta)), Is.False);
            Assert.That(OperationRig.Mode(SlavePaths.ResourceState(operations.Meta)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            byte[] stream = File.ReadAllBytes(Path.Combine(operations.StreamDirectory(said.OperationUuid), "operation.updates"));
            var record = UpdateOperationStatusRecord.Parser.ParseFrom(stream.AsSpan(4, BitConverter.ToInt32(stream)));
            Assert.That(record.Type, Is.EqualTo(UpdateOperationStatusRecord.Types.Type.Update));
            Assert.That(record.Update.Status, Is.EqualTo(said.Status));
            Assert.That(record.Update.LatestStatus, Is.Null);
        });

        await operations.AcknowledgeAsync(said);
        Assert.That(operations.Written().Operations, Is.Empty);
        Assert.That(operations.Written().Resources, Has.Count.EqualTo(2));
        Assert.That(Directory.Exists(operations.StreamDirectory(said.OperationUuid)), Is.False);
    }

    [Test]
    public async Task A_volume_has_a_directory_until_it_is_destroyed_with_what_is_in_it()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)));
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.False);
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Create(OperationRig.Volume()));
        Assert.That(OperationRig.Mode(operations.VolumeDirectory), Is.EqualTo(Storage.Change.Passage));
        Assert.That(operations.Written().Resources.Single().Disk.Persistence.Id, Is.EqualTo("data"));

        Directory.CreateDirectory(Path.Combine(operations.VolumeDirectory, "a", "b"));
        string outside = Directory.CreateDirectory(Path.Combine(rig.WorkDirectory, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "kept"), "x");
        File.CreateSymbolicLink(Path.Combine(operations.VolumeDirectory, "a", "link"), outside);
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Destroy(OperationRig.Volume()));
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.False);
        Assert.That(File.Exists(Path.Combine(outside, "kept")), Is.True, "links are not followed");
        Assert.That(operations.Written().Resources.Single().Disk, Is.Null);

        await operations.ApplyAndAcknowledgeAsync(OperationRig.Unreserve(OperationRig.Reserved("disk", 100)));
        Assert.That(operations.Written().Resources, Is.Empty);
    }

    [Test]
    public async Task Volumes_grow_and_shrink_and_keep_their_data()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 150)), OperationRig.Create(OperationRig.Volume()));
        await File.WriteAllTextAsync(Path.Combine(operations.VolumeDirectory, "file"), "x");
        await operations.ApplyAndAcknowledgeAsync(
            new OperationInfo
            {
                Type = OperationType.GrowVolume,
                GrowVolume = new OperationInfo.Types.GrowVolume { Volume = OperationRig.Volume(), Addition = OperationRig.Reserved("disk", 50) },
            },
            new OperationInfo
            {
                Type = OperationType.ShrinkVolume,
                ShrinkVolume = new OperationInfo.Types.ShrinkVolume { Volume = OperationRig.Volume(150), Subtract = new Value.Types.Scalar { Value = 120 } },
            });
        Assert.That(operations.Written().Resources.Select(resource => (resource.Scalar.Value, resource.Disk is null)), Is.EquivalentTo(new[] { (30.0, false), (120.0, true) }));
        Assert.That(File.Exists(Path.Combine(operations.VolumeDirectory, "file")), Is.True);
    }

    [Test]
    public async Task Many_operations_at_once_are_done_in_order_and_all_told()
    {
        await rig.SendTogetherAsync(
            rig.Master,
            operations.Message(OperationRig.Reserve(OperationRig.Reserved("disk", 100))),
            operations.Message(OperationRig.Create(OperationRig.Volume())),
            operations.Message(OperationRig.Destroy(OperationRig.Volume())),
            operations.Message(OperationRig.Create(OperationRig.Volume(60))),
            operations.Message(OperationRig.Unreserve(OperationRig.Reserved("disk", 40))));
        Assert.That(
            rig.Master.Got<UpdateOperationStatusMessage>().Select(update => (update.Status.OperationId.Value, update.Status.State)),
            Is.EqualTo(Enumerable.Range(1, 5).Select(number => ("op-" + number, OperationState.OperationFinished))));
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.True);
        Assert.That(operations.Written().Resources.Single().Scalar.Value, Is.EqualTo(60));
    }

    [Test]
    public async Task The_next_master_learns_reservations_volumes_and_what_nobody_acknowledged()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)));
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Create(OperationRig.Volume()));
        FakePeer next = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "master-2"));
        rig.Detector.Appoint(SlaveRig.InfoOf(next));
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        ReregisterSlaveMessage reregistered = next.Only<ReregisterSlaveMessage>();
        Assert.That(reregistered.CheckpointedResources.Single().Disk.Persistence.Id, Is.EqualTo("data"));
        Assert.That(reregistered.Slave.Resources.Any(resource => resource.Disk is not null), Is.False, "the description stays what the operator said");
        await rig.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(next.Got<UpdateOperationStatusMessage>(), Is.Empty, "it does not know the operation yet");

        await rig.SendAsync(next, new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        Assert.That(next.Names.TakeLast(2), Is.EqualTo(new[] { "UpdateSlaveMessage", "UpdateOperationStatusMessage" }));
        Assert.That(next.Only<UpdateSlaveMessage>().Operations.Operations_.Single().LatestStatus, Is.EqualTo(said.Status));
        Assert.That(next.Only<UpdateOperationStatusMessage>(), Is.EqualTo(said));
    }

    [Test]
    public async Task An_operation_for_what_the_agent_had_before_it_was_started_again_is_dropped()
    {
        operations.Version = OperationRig.Uuid(99);
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        Assert.That((said.Status.State, said.Status.Message), Is.EqualTo((OperationState.OperationDropped, "Operation assumes outdated resource state")));
        Assert.That(operations.Written().Resources, Is.Empty);
        await operations.AcknowledgeAsync(said);
        Assert.That(operations.Written().Operations, Is.Empty);
    }

    [Test]
    public async Task An_operation_that_cannot_be_done_is_an_error_and_the_master_learns_what_there_really_is()
    {
        await rig.FromMasterAsync(operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 100))));
        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Is.Empty);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await rig.FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        Assert.That(rig.Master.Only<ReregisterSlaveMessage>().CheckpointedResources, Is.Empty);
        OperationStatus status = rig.Master.Only<UpdateOperationStatusMessage>().Status;
        Assert.That((status.State, status.HasMessage), Is.EqualTo((OperationState.OperationError, true)));
        Assert.That(status.Message, Does.Contain("does not contain"));
    }

    [TestCaseSource(nameof(Impossible))]
    public async Task What_this_agent_cannot_do_is_an_error_with_a_sentence(OperationInfo info, string sentence)
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)));
        await rig.FromMasterAsync(operations.Message(info));
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await rig.FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        OperationStatus status = rig.Master.Got<UpdateOperationStatusMessage>()[^1].Status;
        Assert.That(status.State, Is.EqualTo(OperationState.OperationError));
        Assert.That(status.Message, Does.Contain(sentence));
        Assert.That(Directory.Exists(Path.Combine(rig.WorkDirectory, "volumes")), Is.False);
    }

    [Test]
    public async Task Operations_the_master_misses_are_reported_dropped_and_those_that_are_here_are_not_reported()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.FromMasterAsync(new ReconcileOperationsMessage
        {
            Operations =
            {
                new ReconcileOperationsMessage.Types.Operation { OperationUuid = OperationRig.Uuid(77) },
                new ReconcileOperationsMessage.Types.Operation { OperationUuid = said.OperationUuid.Clone() },
                new ReconcileOperationsMessage.Types.Operation(),
            },
        });
        UpdateOperationStatusMessage answer = rig.Master.Only<UpdateOperationStatusMessage>();
        Assert.That((answer.Status.State, answer.OperationUuid, answer.Status.Uuid), Is.EqualTo((OperationState.OperationDropped, OperationRig.Uuid(77), (UUID?)null)));
    }

    [Test]
    public async Task A_framework_that_asks_hears_of_its_operation_without_having_to_acknowledge()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.FromMasterAsync(new ReconcileOperationsMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Operations =
            {
                new ReconcileOperationsMessage.Types.Operation { OperationUuid = said.OperationUuid.Clone() },
                new ReconcileOperationsMessage.Types.Operation { OperationId = new OperationID { Value = "op-1" } },
                new ReconcileOperationsMessage.Types.Operation { OperationId = new OperationID { Value = "another" } },
            },
        });
        Assert.That(
            rig.Master.Got<UpdateOperationStatusMessage>().Select(answer => (answer.Status.OperationId.Value, answer.Status.State, answer.Status.Uuid)),
            Is.EqualTo(new[]
            {
                ("op-1", OperationState.OperationFinished, (UUID?)null),
                ("op-1", OperationState.OperationFinished, null),
                ("another", OperationState.OperationUnknown, null),
            }));
    }

    [Test]
    public async Task What_strangers_say_of_operations_what_comes_twice_and_what_is_malformed_is_ignored()
    {
        ApplyOperationMessage message = operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.SendAsync(rig.Scheduler, message.Clone());
        await rig.SendAsync(rig.Scheduler, new CheckpointResourcesMessage());
        await rig.SendAsync(rig.Scheduler, new ReconcileOperationsMessage());
        Assert.That(rig.Master.All.Concat(rig.Scheduler.All), Is.Empty);

        await rig.FromMasterAsync(message.Clone());
        UpdateOperationStatusMessage said = rig.Master.Only<UpdateOperationStatusMessage>();
        await rig.FromMasterAsync(message.Clone());
        ApplyOperationMessage malformed = message.Clone();
        malformed.OperationUuid.Value = ByteString.CopyFromUtf8("x");
        await rig.FromMasterAsync(malformed);
        var acknowledgement = new AcknowledgeOperationStatusMessage { StatusUuid = said.Status.Uuid, OperationUuid = said.OperationUuid };
        await rig.SendAsync(rig.Scheduler, acknowledgement.Clone());
        foreach (Action<AcknowledgeOperationStatusMessage> spoil in new Action<AcknowledgeOperationStatusMessage>[]
        {
            wrong => wrong.StatusUuid = OperationRig.Uuid(9),
            wrong => wrong.OperationUuid = OperationRig.Uuid(9),
            wrong => wrong.StatusUuid.Value = ByteString.Empty,
            wrong => wrong.OperationUuid.Value = ByteString.CopyFromUtf8("y"),
        })
        {
            AcknowledgeOperationStatusMessage wrong = acknowledgement.Clone();
            spoil(wrong);
            await rig.FromMasterAsync(wrong);
        }

        Assert.That(rig.Master.Got<UpdateOperationStatusMessage>(), Has.Count.EqualTo(1));
        Assert.That(operations.Written().Operations, Has.Count.EqualTo(1));
        await rig.FromMasterAsync(acknowledgement.Clone());
        await rig.FromMasterAsync(acknowledgement);
        Assert.That(operations.Written().Operations, Is.Empty);
    }

    [Test]
    public async Task Operations_and_tasks_that_come_while_the_agent_registers_again_go_together()
    {
        await rig.FromMasterAsync(new PingSlaveMessage { Connected = false });
        ApplyOperationMessage reserve = operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.SendAsync(rig.Scheduler, reserve.Clone());
        RunTaskMessage task = rig.ExecutorTask();
        task.Task.Resources.Clear();
        task.Task.Resources.Add(OperationRig.Reserved("cpus", 1));
        await rig.SendTogetherAsync(rig.Master, reserve, task);
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
        Assert.That(rig.Master.Got<StatusUpdateMessage>(), Is.Empty);

        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>()[^1].CheckpointedResources.Single().Scalar.Value, Is.EqualTo(1));
        await rig.FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveRig.SlaveId } });
        Assert.That(rig.Master.Only<UpdateOperationStatusMessage>().Status.State, Is.EqualTo(OperationState.OperationFinished));

        await rig.FromMasterAsync(new PingSlaveMessage { Connected = false });
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { OperationRig.Volume(allocated: false), OperationRig.Reserved("cpus", 1, allocated: false) } });
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.True);
    }

    [Test]
    public async Task A_volume_that_tasks_share_counts_once()
    {
        await operations.ApplyAndAcknowledgeAsync(
            OperationRig.Reserve(OperationRig.Reserved("disk", 100)), OperationRig.Create(OperationRig.Volume(shared: true)));
        foreach (string id in new[] { "task-1", "task-2" })
        {
            RunTaskMessage task = rig.ExecutorTask(id, launchExecutor: id == "task-1");
            task.Task.Resources.Add(OperationRig.Volume(shared: true));
            await rig.FromMasterAsync(task);
        }

        using var state = System.Text.Json.JsonDocument.Parse(await rig.GetAsync("/state"));
        Assert.That(
            state.RootElement.GetProperty("frameworks")[0].GetProperty("executors")[0].GetProperty("resources").GetProperty("disk").GetDouble(), Is.EqualTo(100));
        Assert.That((await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary()["slave/disk_used"], Is.EqualTo(100));
    }

    [Test]
    public async Task A_master_that_knows_no_operations_says_all_reservations_and_volumes_each_time()
    {
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { OperationRig.Volume(allocated: false), OperationRig.Reserved("cpus", 1, allocated: false) } });
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.True);
        Assert.That(operations.Written().Resources, Has.Count.EqualTo(2));
        Assert.That((await operations.RestartAsync()).CheckpointedResources, Has.Count.EqualTo(2));

        rig.Master.Forget();
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { OperationRig.Reserved("cpus", 1, allocated: false) } });
        Assert.That(Directory.Exists(operations.VolumeDirectory), Is.False);
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { OperationRig.Reserved("cpus", 100, allocated: false) } });
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { OperationRig.Volume(allocated: false, id: "../../etc") } });
        await rig.FromMasterAsync(new CheckpointResourcesMessage { Resources = { new Resource { Name = "cpus", Type = Value.Types.Type.Scalar } } });
        Assert.That(operations.Written().Resources.Single().Scalar.Value, Is.EqualTo(1), "what cannot be is not kept");
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task Draining_is_over_when_the_last_operation_is_acknowledged()
    {
        UpdateOperationStatusMessage said = await operations.ApplyAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.FromMasterAsync(new DrainSlaveMessage { Config = new DrainConfig() });
        string config = SlavePaths.DrainConfig(operations.Meta, SlaveRig.SlaveId);
        Assert.That(File.Exists(config), Is.True);
        await operations.AcknowledgeAsync(said);
        Assert.That(File.Exists(config), Is.False);
    }

    [Test]
    public async Task A_task_may_use_what_was_reserved_and_not_what_was_released()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        await rig.FromMasterAsync(Using(rig.CommandTask("first"), OperationRig.Reserved("cpus", 1)));
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Unreserve(OperationRig.Reserved("cpus", 1)));
        await rig.FromMasterAsync(Using(rig.CommandTask("second"), OperationRig.Reserved("cpus", 1)));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.TaskId.Value, status.State, status.Reason), Is.EqualTo(("second", TaskState.TaskLost, Reason.ResourcesUnknown)));
        Assert.That(status.Message, Does.Contain("unknown to the agent"));
    }

    [Test]
    public async Task A_container_starts_when_the_volume_of_its_task_is_there()
    {
        bool there = false;
        rig.Containers.Launching = _ => there = Directory.Exists(operations.VolumeDirectory);
        await rig.SendTogetherAsync(
            rig.Master,
            operations.Message(OperationRig.Reserve(OperationRig.Reserved("disk", 100))),
            operations.Message(OperationRig.Create(OperationRig.Volume())),
            Using(rig.CommandTask(), OperationRig.Volume()));
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
        Assert.That(there, Is.True);
    }

    [Test]
    public async Task A_container_that_cannot_have_the_volume_of_a_task_is_killed_and_the_task_lost()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("disk", 100)), OperationRig.Create(OperationRig.Volume()));
        rig.Containers.UpdateError = "no room for a link";
        await rig.FromMasterAsync(Using(rig.ExecutorTask("task-2", launchExecutor: false), OperationRig.Volume()));
        Assert.That(executor.Got<RunTaskMessage>(), Is.Empty);
        Assert.That(rig.Containers.Destroyed, Has.Count.EqualTo(1));
        TaskStatus status = rig.Master.Got<StatusUpdateMessage>().Single(update => update.Update.Status.TaskId.Value == "task-2").Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskLost, Reason.ContainerUpdateFailed)));
        Assert.That(status.Message, Does.StartWith("Failed to update resources for container: no room for a link"));
    }

    [Test]
    public async Task Operators_see_what_is_reserved()
    {
        await operations.ApplyAndAcknowledgeAsync(OperationRig.Reserve(OperationRig.Reserved("cpus", 1)));
        using var json = System.Text.Json.JsonDocument.Parse(await rig.GetAsync("/state"));
        Assert.That(json.RootElement.GetProperty("reserved_resources").GetProperty(OperationRig.Role).GetProperty("cpus").GetDouble(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("unreserved_resources").GetProperty("cpus").GetDouble(), Is.EqualTo(3));
    }

    private static RunTaskMessage Using(RunTaskMessage message, Resource resource)
    {
        message.Task.Resources.Add(resource);
        return message;
    }

    private static IEnumerable<TestCaseData> Impossible()
    {
        Resource provided = OperationRig.Reserved("disk", 10);
        provided.ProviderId = new ResourceProviderID { Value = "rp" };
        Resource bare = OperationRig.Reserved("disk", 10);
        bare.Scalar = null;
        yield return new TestCaseData(new OperationInfo { Type = OperationType.CreateDisk, CreateDisk = new OperationInfo.Types.CreateDisk { Source = provided } }, "resource provider").SetArgDisplayNames("disks");
        yield return new TestCaseData(OperationRig.Unreserve(provided), "resource provider").SetArgDisplayNames("resources of a provider");
        yield return new TestCaseData(OperationRig.Reserve(), "names no resources").SetArgDisplayNames("nothing");
        yield return new TestCaseData(OperationRig.Unreserve(bare), "does not match its type").SetArgDisplayNames("no amount");
        yield return new TestCaseData(OperationRig.Destroy(OperationRig.Volume()), "does not contain").SetArgDisplayNames("a volume that is not there");
        yield return new TestCaseData(OperationRig.Create(OperationRig.Volume(id: "../../outside")), "invalid characters").SetArgDisplayNames("a volume that is a path");
        yield return new TestCaseData(OperationRig.Create(OperationRig.Volume(id: "..")), "not allowed").SetArgDisplayNames("a volume above");
        yield return new TestCaseData(new OperationInfo { Type = OperationType.Launch, Launch = new OperationInfo.Types.Launch() }, "resource provider").SetArgDisplayNames("a launch");
        yield return new TestCaseData(new OperationInfo { Type = (OperationType)99 }, "99").SetArgDisplayNames("an unknown kind");
    }
}

using LibProcess.Addressing;
using Mesos.Common.Json;
using Mesos.Common.Messages;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using CapabilityType = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Tests.Protobuf;

public sealed class ProtobufTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddSeconds(1732294800.5);

    [Test]
    public void States_that_end_a_task_are_the_originals()
    {
        var terminal = Enum.GetValues<TaskState>().Where(state => state.IsTerminal()).Select(state => state.WireName());
        Assert.That(terminal, Is.EquivalentTo(new[]
        {
            "TASK_FINISHED", "TASK_FAILED", "TASK_KILLED", "TASK_LOST", "TASK_ERROR", "TASK_DROPPED", "TASK_GONE", "TASK_GONE_BY_OPERATOR",
        }));
    }

    [Test]
    public void Names_of_states_are_those_of_the_wire()
    {
        foreach (var state in Enum.GetValues<TaskState>())
        {
            Assert.That(state.WireName(), Is.EqualTo(Proto.MesosReflection.Descriptor.EnumTypes.Single(type => type.Name == "TaskState").FindValueByNumber((int)state).Name));
        }

        foreach (var state in Enum.GetValues<OperationState>())
        {
            Assert.That(state.WireName(), Is.EqualTo(Proto.MesosReflection.Descriptor.EnumTypes.Single(type => type.Name == "OperationState").FindValueByNumber((int)state).Name));
        }
    }

    [TestCase(TaskState.TaskDropped, TaskState.TaskLost)]
    [TestCase(TaskState.TaskUnreachable, TaskState.TaskLost)]
    [TestCase(TaskState.TaskGone, TaskState.TaskLost)]
    [TestCase(TaskState.TaskGoneByOperator, TaskState.TaskLost)]
    [TestCase(TaskState.TaskUnknown, TaskState.TaskLost)]
    [TestCase(TaskState.TaskKilling, TaskState.TaskKilling)]
    [TestCase(TaskState.TaskFailed, TaskState.TaskFailed)]
    public void Older_frameworks_see_newer_states_as_lost(TaskState state, TaskState seen)
    {
        FrameworkInfo aware = new() { Capabilities = { new FrameworkInfo.Types.Capability { Type = CapabilityType.PartitionAware } } };
        Assert.That(state.For(FrameworkCapabilities.Of(new FrameworkInfo())), Is.EqualTo(seen));
        Assert.That(state.For(FrameworkCapabilities.Of(aware)), Is.EqualTo(state));
    }

    [Test]
    public void Capabilities_of_frameworks_are_known_and_unknown_ones_ignored()
    {
        FrameworkInfo info = new() { Role = "a", Roles = { "b", "c", "b" } };
        info.Capabilities.Add(new FrameworkInfo.Types.Capability());
        info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = (CapabilityType)77 });
        Assert.That(FrameworkCapabilities.Of(info), Is.EqualTo(default(FrameworkCapabilities)));
        Assert.That(FrameworkRoles.Of(info), Is.EqualTo(new[] { "a" }));
        info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = CapabilityType.MultiRole });
        Assert.That(FrameworkCapabilities.Of(info).MultiRole, Is.True);
        Assert.That(FrameworkCapabilities.Of(info).RegionAware, Is.False);
        Assert.That(FrameworkRoles.Of(info), Is.EqualTo(new[] { "b", "c" }));
    }

    [Test]
    public void An_agent_sends_all_eight_capabilities_in_the_order_of_their_numbers()
    {
        Assert.That(AgentCapabilities.CreateAll().Select(capability => (int)capability.Type), Is.EqualTo(Enumerable.Range(1, 8)));
        var some = AgentCapabilities.Of([new() { Type = SlaveInfo.Types.Capability.Types.Type.AgentDraining }]);
        Assert.That(some.AgentDraining && !some.MultiRole, Is.True);
        Assert.That(some.ToMessages().Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_master_describes_itself_as_the_original_does()
    {
        var info = MasterInfos.Create(UPid.Parse("master@127.0.0.1:5050"), "5167a21a-1297-40ef-86b4-54999c184406", "master.example");
        Assert.That(
            ProtobufJsonWriter.ToText(info),
            Is.EqualTo("""{"id":"5167a21a-1297-40ef-86b4-54999c184406","ip":16777343,"port":5050,"pid":"master@127.0.0.1:5050","hostname":"master.example","version":"1.12.0","address":{"hostname":"master.example","ip":"127.0.0.1","port":5050},"capabilities":[{"type":"AGENT_UPDATE"},{"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}]}"""));
    }

    [Test]
    public void A_master_known_by_address_has_no_version()
    {
        var uuid = Guid.ParseExact("0b5c1d3e-6d7a-4f1e-9a55-2f3a7f6f0c11", "D");
        var info = MasterInfos.FromAddress(UPid.Parse("master@10.1.2.9:5050"), uuid);
        Assert.That(info.Id, Is.EqualTo("master@10.1.2.9:5050-0b5c1d3e-6d7a-4f1e-9a55-2f3a7f6f0c11"));
        Assert.That(info.Ip, Is.EqualTo(151126282));
        Assert.That(info.HasVersion, Is.False);
    }

    [Test]
    public void Offers_tell_where_the_agent_is()
    {
        Assert.That(
            ProtobufJsonWriter.ToText(AgentUrls.Create(UPid.Parse("slave(1)@127.0.0.1:5051"), "agent.example")),
            Is.EqualTo("""{"scheme":"http","address":{"hostname":"agent.example","ip":"127.0.0.1","port":5051},"path":"/slave(1)"}"""));
    }

    [Test]
    public void An_update_repeats_what_its_status_says()
    {
        var uuid = Guid.ParseExact("0b5c1d3e-6d7a-4f1e-9a55-2f3a7f6f0c11", "D");
        var update = StatusUpdates.Create(
            new FrameworkID { Value = "f" }, new SlaveID { Value = "s" }, new TaskID { Value = "t" }, TaskState.TaskLost,
            TaskStatus.Types.Source.Master, Noon, uuid, "gone", TaskStatus.Types.Reason.SlaveRemoved, new ExecutorID { Value = "e" });
        Assert.That(
            ProtobufJsonWriter.ToText(update),
            Is.EqualTo("""{"framework_id":{"value":"f"},"executor_id":{"value":"e"},"slave_id":{"value":"s"},"status":{"task_id":{"value":"t"},"state":"TASK_LOST","message":"gone","source":"SOURCE_MASTER","reason":"REASON_SLAVE_REMOVED","slave_id":{"value":"s"},"timestamp":1732294800.5,"uuid":"C1wdPm16Tx6aVS86f28MEQ=="},"timestamp":1732294800.5,"uuid":"C1wdPm16Tx6aVS86f28MEQ=="}"""));
    }

    [Test]
    public void An_update_around_a_status_fills_in_the_agent_and_the_time()
    {
        TaskStatus status = new() { TaskId = new TaskID { Value = "t" }, State = TaskState.TaskRunning, ExecutorId = new ExecutorID { Value = "e" } };
        var update = StatusUpdates.Around(new FrameworkID { Value = "f" }, status, new SlaveID { Value = "s" }, Noon);
        Assert.Multiple(() =>
        {
            Assert.That(update.Status.SlaveId.Value, Is.EqualTo("s"));
            Assert.That(update.ExecutorId.Value, Is.EqualTo("e"));
            Assert.That(update.Timestamp, Is.EqualTo(1732294800.5));
            Assert.That(update.HasUuid, Is.False);
            Assert.That(status.SlaveId, Is.Null, "the argument is not changed");
        });
    }

    [Test]
    public void The_record_of_a_task_keeps_what_the_framework_said()
    {
        TaskInfo info = new()
        {
            Name = "n", TaskId = new TaskID { Value = "t" }, SlaveId = new SlaveID { Value = "s" }, Labels = new Labels { Labels_ = { new Label { Key = "k" } } },
            Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "e" }, Command = new CommandInfo { User = "bob" } },
            Resources = { Resources.Parse("cpus:1").Single() },
        };
        info.Limits["mem"] = new Value.Types.Scalar { Value = 5 };
        var task = Tasks.Create(info, TaskState.TaskStaging, new FrameworkID { Value = "f" });
        Assert.Multiple(() =>
        {
            Assert.That(task.State, Is.EqualTo(TaskState.TaskStaging));
            Assert.That(task.ExecutorId.Value, Is.EqualTo("e"));
            Assert.That(task.User, Is.EqualTo("bob"));
            Assert.That(task.Limits["mem"].Value, Is.EqualTo(5));
            Assert.That(task.Labels, Is.EqualTo(info.Labels));
            Assert.That(task.Resources, Has.Count.EqualTo(1));
            Assert.That(Tasks.Health(task), Is.Null);
        });
        task.Statuses.Add(new TaskStatus { Healthy = true, ContainerStatus = new ContainerStatus() });
        Assert.That(Tasks.Health(task), Is.True);
        Assert.That(Tasks.Container(task), Is.Not.Null);
    }

    [Test]
    public void Allocation_is_put_on_and_taken_off_at_every_depth()
    {
        Offer.Types.Operation operation = new() { Launch = new() { TaskInfos = { new TaskInfo { Executor = new ExecutorInfo() } } } };
        var task = operation.Launch.TaskInfos[0];
        Resources.Parse("cpus:1").CopyTo(task.Resources);
        Resources.Parse("mem:1").Allocate("ads").CopyTo(task.Executor.Resources);
        AllocationInfos.Inject(operation, "eng");
        Assert.That(task.Resources[0].AllocationInfo.Role, Is.EqualTo("eng"));
        Assert.That(task.Executor.Resources[0].AllocationInfo.Role, Is.EqualTo("ads"));
        AllocationInfos.Strip(operation);
        Assert.That(task.Resources[0].AllocationInfo ?? task.Executor.Resources[0].AllocationInfo, Is.Null);

        Offer offer = new() { AllocationInfo = new() { Role = "eng" }, Resources = { Resources.Parse("cpus:1").Allocate("eng").Single().Clone() } };
        AllocationInfos.StripOffer(offer);
        Assert.That(offer.AllocationInfo ?? offer.Resources[0].AllocationInfo, Is.Null);
    }

    [Test]
    public void Container_ids_nest()
    {
        var id = ContainerIds.Parse("a.b.c");
        Assert.That(ContainerIds.Format(id), Is.EqualTo("a.b.c"));
        Assert.That(ContainerIds.Root(id).Value, Is.EqualTo("a"));
        Assert.That(id.Value, Is.EqualTo("c"));
    }

    [Test]
    public void Operations_that_the_master_applies_at_once_are_known()
    {
        var speculative = Enum.GetValues<Offer.Types.Operation.Types.Type>().Where(type => type.IsSpeculative()).Select(type => (int)type);
        Assert.That(speculative, Is.EquivalentTo(new[] { 2, 3, 4, 5, 11, 12 }));
        Assert.That(Enum.GetValues<OperationState>().Where(state => state.IsTerminal()).Select(state => (int)state), Is.EquivalentTo(new[] { 2, 3, 4, 5, 7 }));
    }

    [Test]
    public void Messages_about_operations_carry_what_they_are_given()
    {
        var uuid = Guid.ParseExact("0b5c1d3e-6d7a-4f1e-9a55-2f3a7f6f0c11", "D");
        var status = Operations.CreateStatus(OperationState.OperationFinished, new OperationID { Value = "o" }, convertedResources: Resources.Parse("cpus:1"), uuid: uuid);
        var update = Operations.CreateUpdate(Operations.ToMessage(uuid), status, null, new FrameworkID { Value = "f" }, null);
        Assert.That(update.Status.ConvertedResources, Has.Count.EqualTo(1));
        Assert.That(update.Status.HasMessage, Is.False);
        Assert.That(update.LatestStatus ?? (object?)update.SlaveId, Is.Null);
        var operation = Operations.Create(new Offer.Types.Operation(), status, null, new SlaveID { Value = "s" }, uuid);
        Assert.That(operation.LatestStatus, Is.EqualTo(status));
    }

    [Test]
    public void Time_is_carried_in_seconds_and_nanoseconds()
    {
        Assert.That(Timestamps.ToSeconds(Noon), Is.EqualTo(1732294800.5));
        Assert.That(Timestamps.FromTimeInfo(Timestamps.ToTimeInfo(Noon)), Is.EqualTo(Noon));
        Assert.That(() => Timestamps.FromTimeInfo(new TimeInfo { Nanoseconds = long.MinValue }), Throws.Nothing);
        Assert.That(Timestamps.FromDurationInfo(Timestamps.ToDurationInfo(TimeSpan.FromSeconds(3))), Is.EqualTo(TimeSpan.FromSeconds(3)));
    }
}

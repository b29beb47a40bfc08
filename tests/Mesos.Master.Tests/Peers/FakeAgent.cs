using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Capability = Mesos.Proto.SlaveInfo.Types.Capability;

namespace Mesos.Master.Tests.Peers;

/// <summary>An agent without executors: what they would report is told by the test.</summary>
public sealed class FakeAgent(ProcessManager manager, UPid master, string id = "slave(1)") : FakePeer(manager, id, master)
{
    public static readonly Guid Version = Guid.Parse("bb712126-5602-4e71-89e8-30e40e43f55b");

    private int updates;

    /// <summary>Whether pings are answered.</summary>
    public bool Pongs { get; set; } = true;

    public List<PingSlaveMessage> Pings { get; } = [];

    public SlaveInfo Info { get; } = new()
    {
        Hostname = "agent.example",
        Port = 5051,
        Checkpoint = true,
        Resources = { Downgraded("cpus:4;mem:4096;disk:10000;ports:[31000-32000]") },
        Attributes = { new Attribute { Name = "rack", Type = Value.Types.Type.Text, Text = new Value.Types.Text { Value = "r1" } } },
    };

    public List<Capability.Types.Type> Capabilities { get; } = [.. Enum.GetValues<Capability.Types.Type>().Where(type => type != Capability.Types.Type.Unknown)];

    public string AgentId => Info.Id.Value;

    public static IEnumerable<Resource> Downgraded(string text) => Resources.Parse(text).Select(resource =>
    {
        Resource copy = resource.Clone();
        ResourceFormat.TryDowngrade(copy);
        return copy;
    });

    public static UUID Uuid(Guid uuid) => new() { Value = UuidBytes.ToByteString(uuid) };

    public void Register(string version = "1.12.0", bool withVersion = true)
    {
        var message = new RegisterSlaveMessage { Slave = Info.Clone(), Version = version, ResourceVersionUuid = withVersion ? Uuid(Version) : null };
        message.AgentCapabilities.Add(Capabilities.Select(type => new Capability { Type = type }));
        Say(message);
    }

    public ReregisterSlaveMessage Reregistration(params Proto.Task[] tasks)
    {
        var message = new ReregisterSlaveMessage { Slave = Info.Clone(), Version = "1.12.0", ResourceVersionUuid = Uuid(Version) };
        message.AgentCapabilities.Add(Capabilities.Select(type => new Capability { Type = type }));
        message.Tasks.Add(tasks.Select(task => task.Clone()));
        return message;
    }

    /// <summary>What agents say of their operations and providers once they are registered.</summary>
    public UpdateSlaveMessage ResourceReport(params Operation[] operations) => new()
    {
        SlaveId = Info.Id.Clone(),
        UpdateOversubscribedResources = false,
        Operations = new UpdateSlaveMessage.Types.Operations { Operations_ = { operations } },
        ResourceVersionUuid = Uuid(Version),
        ResourceProviders = new UpdateSlaveMessage.Types.ResourceProviders(),
    };

    /// <summary>Reports the state of a task as an agent does, and gives back the update.</summary>
    public StatusUpdate Report(TaskInfo task, FrameworkID frameworkId, TaskState state, TaskState? latest = null)
    {
        ByteString uuid = UuidBytes.ToByteString(Guid.Parse($"00000000-0000-4000-8000-{++updates:D12}"));
        var update = new StatusUpdate
        {
            FrameworkId = frameworkId.Clone(),
            SlaveId = Info.Id.Clone(),
            Timestamp = 1,
            Uuid = uuid,
            LatestState = latest ?? state,
            Status = new TaskStatus
            {
                TaskId = task.TaskId.Clone(),
                State = state,
                SlaveId = Info.Id.Clone(),
                Source = TaskStatus.Types.Source.Executor,
                Uuid = uuid,
                Timestamp = 1,
                ContainerStatus = new ContainerStatus { ExecutorPid = 7 },
            },
        };
        Say(new StatusUpdateMessage { Update = update.Clone(), Pid = Self.ToString() });
        return update;
    }

    /// <summary>Reports what became of an operation as an agent does; without a uuid nobody has to acknowledge it.</summary>
    public UpdateOperationStatusMessage Report(
        ApplyOperationMessage operation,
        OperationState state = OperationState.OperationFinished,
        bool reliable = true,
        Action<UpdateOperationStatusMessage>? change = null)
    {
        var status = new OperationStatus
        {
            State = state,
            OperationId = operation.OperationInfo.Id?.Clone(),
            SlaveId = Info.Id.Clone(),
            Uuid = reliable ? Uuid(Guid.Parse($"00000000-0000-4000-9000-{++updates:D12}")) : null,
            ResourceProviderId = operation.ResourceVersionUuid.ResourceProviderId?.Clone(),
        };
        var update = new UpdateOperationStatusMessage
        {
            FrameworkId = operation.FrameworkId?.Clone(),
            SlaveId = Info.Id.Clone(),
            OperationUuid = operation.OperationUuid.Clone(),
            Status = status,
            LatestStatus = status.Clone(),
        };
        change?.Invoke(update);
        Say(update.Clone());
        return update;
    }

    protected override void Initialize()
    {
        Install<SlaveRegisteredMessage>((_, message) => Info.Id = message.SlaveId.Clone());
        Keep<SlaveReregisteredMessage>();
        Keep<RunTaskMessage>();
        Keep<RunTaskGroupMessage>();
        Keep<ApplyOperationMessage>();
        Keep<ReconcileOperationsMessage>();
        Keep<KillTaskMessage>();
        Keep<ShutdownExecutorMessage>();
        Keep<ShutdownFrameworkMessage>();
        Keep<FrameworkToExecutorMessage>();
        Keep<UpdateFrameworkMessage>();
        Keep<CheckpointResourcesMessage>();
        Keep<StatusUpdateAcknowledgementMessage>();
        Keep<AcknowledgeOperationStatusMessage>();
        Keep<ShutdownMessage>();
        Keep<DrainSlaveMessage>();
        Keep<AuthenticationErrorMessage>();
        Install<PingSlaveMessage>((from, message) =>
        {
            Pings.Add(message);
            if (Pongs)
            {
                Send(from, new PongSlaveMessage());
            }
        });
    }
}

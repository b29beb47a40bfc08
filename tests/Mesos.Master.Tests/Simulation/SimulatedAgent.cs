using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Simulation;

/// <summary>What an agent keeps on its disk.</summary>
public sealed class AgentDisk
{
    public string? Id { get; set; }

    public Dictionary<string, AgentTask> Tasks { get; } = [];

    /// <summary>Tasks that ended here and whose end was acknowledged.</summary>
    public HashSet<string> Ended { get; } = [];

    public FrameworkInfo? Framework { get; set; }

    /// <summary>The uuids of all updates that were ever made.</summary>
    public List<ByteString> Updates { get; } = [];

    /// <summary>What a master should never have said.</summary>
    public List<string> Violations { get; } = [];
}

public sealed class AgentTask(TaskInfo info)
{
    public TaskInfo Info => info;

    public TaskState State { get; set; } = TaskState.TaskRunning;

    /// <summary>Updates that are not acknowledged yet.</summary>
    public Queue<StatusUpdate> Pending { get; } = new();
}

/// <summary>An agent as far as a master sees it: it registers until it is answered, answers pings, and repeats updates until they are acknowledged.</summary>
public sealed class SimulatedAgent(ProcessManager manager, UPid master, AgentDisk disk, string hostname) : ProcessBase(manager, "slave(1)")
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private DateTimeOffset lastPing;

    public bool IsRegistered { get; private set; }

    protected override void Initialize()
    {
        Install<SlaveRegisteredMessage>((_, message) =>
        {
            if (disk.Id is not null && disk.Id != message.SlaveId.Value)
            {
                disk.Violations.Add($"registered as {message.SlaveId.Value}, was {disk.Id}");
            }

            disk.Id = message.SlaveId.Value;
            Registered();
        });
        Install<SlaveReregisteredMessage>((_, message) =>
        {
            Registered();

            // The first launch of a framework may be the one that got lost.
            disk.Framework ??= message.Reconciliations.FirstOrDefault()?.Framework;
            foreach (TaskStatus status in message.Reconciliations.SelectMany(question => question.Statuses))
            {
                // The launch got lost on the way here.
                if (!disk.Tasks.ContainsKey(status.TaskId.Value) && !disk.Ended.Contains(status.TaskId.Value))
                {
                    var task = new AgentTask(new TaskInfo { TaskId = status.TaskId, SlaveId = Id(), Name = string.Empty });
                    disk.Tasks[status.TaskId.Value] = task;
                    Report(task, TaskState.TaskDropped);
                }
            }
        });
        Install<PingSlaveMessage>((from, message) =>
        {
            Send(from, new PongSlaveMessage());
            lastPing = Clock.GetUtcNow();
            IsRegistered &= message.Connected;
        });
        Install<RunTaskMessage>((_, message) => Run(message));
        Install<StatusUpdateAcknowledgementMessage>((_, message) => Acknowledged(message));
        Install<ShutdownMessage>((_, message) => disk.Violations.Add($"told to end: {message.Message}"));
        Install<ShutdownFrameworkMessage>((_, _) => disk.Violations.Add("told to end the framework"));
        Install<UpdateFrameworkMessage>((_, message) => disk.Framework = message.FrameworkInfo ?? disk.Framework);
        Link(master);
        Tick();
    }

    private void Registered() => (IsRegistered, lastPing) = (true, Clock.GetUtcNow());

    private void Tick()
    {
        IsRegistered &= Clock.GetUtcNow() - lastPing < Silence;
        if (!IsRegistered)
        {
            Register();
        }
        else
        {
            foreach (AgentTask task in disk.Tasks.Values.Where(task => task.Pending.Count > 0))
            {
                Send(master, new StatusUpdateMessage { Update = task.Pending.Peek().Clone(), Pid = Self.ToString() });
            }
        }

        // Now and then something ends.
        if (Random.NextDouble() < 0.05 && disk.Tasks.Values.FirstOrDefault(task => task.State == TaskState.TaskRunning) is { } ending)
        {
            Report(ending, TaskState.TaskFinished);
        }

        Delay(Retry * (0.5 + Random.NextDouble()), Tick);
    }

    private void Register()
    {
        Link(master);
        var info = new SlaveInfo { Hostname = hostname, Port = 5051, Checkpoint = true, Resources = { Peers.FakeAgent.Downgraded("cpus:4;mem:4096") } };
        if (disk.Id is null)
        {
            Send(master, new RegisterSlaveMessage { Slave = info, Version = "1.12.0", AgentCapabilities = { Capabilities() } });
            return;
        }

        info.Id = Id();
        var message = new ReregisterSlaveMessage { Slave = info, Version = "1.12.0", AgentCapabilities = { Capabilities() } };
        if (disk.Framework is { } framework)
        {
            message.Frameworks.Add(framework.Clone());
            message.Tasks.Add(disk.Tasks.Values.Where(task => task.Info.Resources.Count > 0).Select(task => new Proto.Task
            {
                Name = task.Info.Name,
                TaskId = task.Info.TaskId,
                FrameworkId = framework.Id,
                SlaveId = Id(),
                State = task.State,
                Resources = { task.Info.Resources.Select(resource => resource.Clone()) },
            }));
        }

        Send(master, message);
    }

    private void Run(RunTaskMessage message)
    {
        string id = message.Task.TaskId.Value;
        disk.Framework = message.Framework;
        if (disk.Tasks.ContainsKey(id) || disk.Ended.Contains(id))
        {
            disk.Violations.Add($"task {id} was launched twice");
            return;
        }

        var task = new AgentTask(message.Task);
        disk.Tasks[id] = task;
        Report(task, TaskState.TaskRunning);
    }

    private void Report(AgentTask task, TaskState state)
    {
        task.State = state;
        ByteString uuid = UuidBytes.ToByteString(Random.NewUuid());
        disk.Updates.Add(uuid);
        task.Pending.Enqueue(new StatusUpdate
        {
            FrameworkId = disk.Framework!.Id,
            SlaveId = Id(),
            Timestamp = 1,
            Uuid = uuid,
            LatestState = state,
            Status = new TaskStatus { TaskId = task.Info.TaskId, State = state, SlaveId = Id(), Uuid = uuid, Timestamp = 1 },
        });
    }

    private void Acknowledged(StatusUpdateAcknowledgementMessage message)
    {
        if (!disk.Tasks.TryGetValue(message.TaskId.Value, out AgentTask? task) || !task.Pending.TryPeek(out StatusUpdate? head) || head.Uuid != message.Uuid)
        {
            return;
        }

        task.Pending.Dequeue();
        if (task.Pending.Count == 0 && task.State != TaskState.TaskRunning)
        {
            disk.Tasks.Remove(message.TaskId.Value);
            disk.Ended.Add(message.TaskId.Value);
        }
    }

    private SlaveID Id() => new() { Value = disk.Id };

    private static IEnumerable<SlaveInfo.Types.Capability> Capabilities() =>
    [
        new() { Type = SlaveInfo.Types.Capability.Types.Type.MultiRole },
        new() { Type = SlaveInfo.Types.Capability.Types.Type.HierarchicalRole },
        new() { Type = SlaveInfo.Types.Capability.Types.Type.ReservationRefinement },
    ];
}

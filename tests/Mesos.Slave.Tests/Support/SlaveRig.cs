using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.Support;

/// <summary>An agent among a fake master, fake containers and fake executors, on one node with virtual time.</summary>
internal sealed class SlaveRig : IAsyncDisposable
{
    public const string SlaveId = "cluster-S0";
    public const string FrameworkId = "cluster-0000";

    private readonly Func<ICheckpointStore, ICheckpointStore>? wrapStore;
    private readonly string workDirectory = Directory.CreateTempSubdirectory("slave-tests").FullName;

    /// <param name="configure">Changes what the agent is told, or null.</param>
    /// <param name="files">The disk; null for that of this machine.</param>
    /// <param name="wrapStore">Puts something between the agent and what writes its checkpoints; null for nothing.</param>
    public SlaveRig(
        Func<SlaveOptions, SlaveOptions>? configure = null, IFileSystem? files = null, Func<ICheckpointStore, ICheckpointStore>? wrapStore = null)
    {
        this.wrapStore = wrapStore;
        Files = files ?? DiskFileSystem.Instance;
        Node = new TestNode();
        Master = Node.Spawn(new FakePeer(Node.Manager, "master"));
        Scheduler = Node.Spawn(new FakePeer(Node.Manager, "scheduler"));
        // How full the disk of this machine is must not matter.
        var options = new SlaveOptions { WorkDirectory = workDirectory, DiskWatchInterval = TimeSpan.FromDays(1000) };
        Options = configure?.Invoke(options) ?? options;
        Slave = Spawn();
    }

    public TestNode Node { get; }

    public SlaveOptions Options { get; private set; }

    public IFileSystem Files { get; }

    public FakeDetector Detector { get; private set; } = new();

    public FakeContainerizer Containers { get; private set; } = new();

    public FakePeer Master { get; }

    public FakePeer Scheduler { get; }

    public SlaveProcess Slave { get; private set; }

    public string WorkDirectory => workDirectory;

    public MasterInfo MasterInfo => InfoOf(Master);

    /// <summary>Whether the framework asks for checkpoints.</summary>
    public bool Checkpoint { get; set; }

    /// <summary>Whether the framework understands the newer ways in which tasks get lost.</summary>
    public bool PartitionAware { get; set; }

    /// <summary>The version of the agent's resources, as registered.</summary>
    public UUID ResourceVersion { get; private set; } = new();

    public static MasterInfo InfoOf(FakePeer master) =>
        new() { Id = "m-" + master.Self.Id, Ip = 0, Port = 5050, Pid = master.Self.ToString(), Hostname = "master.example" };

    /// <summary>Lets the agent find the master and register, and forgets what was said until then.</summary>
    public async Task RegisterAsync(string slaveId = SlaveId)
    {
        Detector.Appoint(MasterInfo);
        await Node.AdvanceAsync(Options.RegistrationBackoffFactor);
        ResourceVersion = Master.Got<RegisterSlaveMessage>()[0].ResourceVersionUuid;
        await FromMasterAsync(new SlaveRegisteredMessage
        {
            SlaveId = new SlaveID { Value = slaveId },
            Connection = new MasterSlaveConnection { TotalPingTimeoutSeconds = 75 },
        });
        Master.Forget();
    }

    /// <summary>Kills the agent; nobody is told, and containers go on.</summary>
    public async Task KillAsync()
    {
        Slave.Terminate();
        await Node.Manager.WaitAsync(Slave);
        await Node.SettleAsync();
        Master.Forget();
    }

    /// <summary>Starts an agent on what the last one left. It recovers, but finds no master yet.</summary>
    public async Task StartAsync(Func<SlaveOptions, SlaveOptions>? configure = null, Action<FakeContainerizer>? prepare = null, Action<SlaveInfo>? change = null)
    {
        Options = configure?.Invoke(Options) ?? Options;
        (Detector, Containers) = (new FakeDetector(), new FakeContainerizer());
        prepare?.Invoke(Containers);
        Slave = Spawn(change);
        await Node.SettleAsync();
    }

    /// <summary>Lets the time of executors pass, and registers again.</summary>
    public async Task ReregisterAsync()
    {
        await Node.AdvanceAsync(Options.ExecutorReregistrationTimeout);
        Detector.Appoint(MasterInfo);
        await Node.AdvanceAsync(Options.RegistrationBackoffFactor);
        await FromMasterAsync(new SlaveReregisteredMessage { SlaveId = new SlaveID { Value = SlaveId } });
    }

    public Task FromMasterAsync(IMessage message) => SendAsync(Master, message);

    public async Task SendAsync(FakePeer from, IMessage message)
    {
        Node.Manager.Send(from.Self, Slave.Self, message);
        await Node.SettleAsync();
    }

    /// <summary>Sends several messages so that all of them wait before the first is handled.</summary>
    public async Task SendTogetherAsync(FakePeer from, params IMessage[] messages)
    {
        await Slave.CallAsync(() =>
        {
            foreach (IMessage message in messages)
            {
                Node.Manager.Send(from.Self, Slave.Self, message);
            }
        });
        await Node.SettleAsync();
    }

    /// <summary>The framework of the tests, without newer capabilities but the one that is asked for.</summary>
    public static FrameworkInfo Framework(string id = FrameworkId, bool checkpoint = false, bool partitionAware = false)
    {
        var info = new FrameworkInfo { User = Environment.UserName, Name = "framework", Id = new FrameworkID { Value = id }, Role = "*", Checkpoint = checkpoint };
        if (partitionAware)
        {
            info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.PartitionAware });
        }

        return info;
    }

    public RunTaskMessage CommandTask(string id = "task-1", string command = "sleep 1000")
    {
        RunTaskMessage message = Task(id);
        message.Task.Command = new CommandInfo { Value = command };
        return message;
    }

    public RunTaskMessage ExecutorTask(string id = "task-1", string executor = "exec-1", bool launchExecutor = true)
    {
        RunTaskMessage message = Task(id);
        message.LaunchExecutor = launchExecutor;
        message.Task.Executor = new ExecutorInfo
        {
            ExecutorId = new ExecutorID { Value = executor },
            FrameworkId = new FrameworkID { Value = FrameworkId },
            Command = new CommandInfo { Value = "run" },
            Name = "my executor",
        };
        return message;
    }

    /// <summary>An executor that introduces itself.</summary>
    public async Task<FakePeer> RegisterExecutorAsync(string executor = "exec-1", string framework = FrameworkId)
    {
        FakePeer peer = Node.Spawn(new FakePeer(Node.Manager, Node.Manager.Ids.Generate("executor")));
        await SendAsync(peer, new RegisterExecutorMessage
        {
            FrameworkId = new FrameworkID { Value = framework },
            ExecutorId = new ExecutorID { Value = executor },
        });
        return peer;
    }

    /// <summary>An agent with a task on a running executor of its own; the talk until then is forgotten.</summary>
    public async Task<FakePeer> RunExecutorAsync(string task = "task-1", string executor = "exec-1")
    {
        await FromMasterAsync(ExecutorTask(task, executor));
        FakePeer peer = await RegisterExecutorAsync(executor);
        peer.Forget();
        Master.Forget();
        return peer;
    }

    public StatusUpdateMessage Update(FakePeer from, TaskState state, string task = "task-1", string executor = "exec-1")
    {
        ByteString uuid = UuidBytes.ToByteString(Node.Manager.Random.NewUuid());
        return new StatusUpdateMessage
        {
            Pid = from.Self.ToString(),
            Update = new StatusUpdate
            {
                FrameworkId = new FrameworkID { Value = FrameworkId },
                ExecutorId = new ExecutorID { Value = executor },
                SlaveId = new SlaveID { Value = SlaveId },
                Timestamp = 1000,
                Uuid = uuid,
                Status = new TaskStatus
                {
                    TaskId = new TaskID { Value = task },
                    State = state,
                    SlaveId = new SlaveID { Value = SlaveId },
                    Timestamp = 1000,
                    Uuid = uuid,
                },
            },
        };
    }

    public Task AcknowledgeAsync(StatusUpdate update) => FromMasterAsync(Acknowledgement(update));

    public static StatusUpdateAcknowledgementMessage Acknowledgement(StatusUpdate update) => new()
    {
        SlaveId = update.SlaveId,
        FrameworkId = update.FrameworkId,
        TaskId = update.Status.TaskId,
        Uuid = update.Uuid,
    };

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(workDirectory, recursive: true);
    }

    /// <summary>The body of an answer of the agent, asked over the network.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://{Slave.Self.Address}/{Slave.Self.Id}{path}"));
    }

    private RunTaskMessage Task(string id)
    {
        var message = new RunTaskMessage
        {
            Framework = Framework(checkpoint: Checkpoint, partitionAware: PartitionAware),
            Pid = Scheduler.Self.ToString(),
            LaunchExecutor = true,
            Task = new TaskInfo
            {
                Name = id,
                TaskId = new TaskID { Value = id },
                SlaveId = new SlaveID { Value = SlaveId },
            },
        };
        message.Task.Resources.Add(new Resource
        {
            Name = "cpus",
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = 0.5 },
            AllocationInfo = new Resource.Types.AllocationInfo { Role = "*" },
        });
        message.ResourceVersionUuids.Add(new ResourceVersionUUID { Uuid = ResourceVersion.Clone() });
        return message;
    }

    private SlaveProcess Spawn(Action<SlaveInfo>? change = null)
    {
        SlaveInfo info = Info();
        change?.Invoke(info);
        return Node.Spawn(new SlaveProcess(Node.Manager, Options, info, "/opt/mesos/libexec", Detector, Containers, Files, wrapStore));
    }

    private SlaveInfo Info()
    {
        var info = new SlaveInfo { Hostname = "agent.example", Port = Node.Manager.Address.Port, Checkpoint = true };
        Common.Resources.Parse("cpus:4;mem:4096;disk:10000;ports:[31000-32000]").CopyTo(info.Resources);
        if (!Attributes.TryParse("rack:r1;zone:a", out IReadOnlyList<Attribute>? attributes, out string? error))
        {
            throw new InvalidOperationException(error);
        }

        info.Attributes.Add(attributes);
        return info;
    }
}

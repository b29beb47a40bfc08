using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesos.Slave.Tests;

/// <summary>What only the leading master may say, said by another: by one that led before.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class StrangerTests
{
    // Anybody may ping and send to executors, and executors speak for themselves.
    private static readonly string[] Others =
    [
        nameof(PingSlaveMessage), nameof(FrameworkToExecutorMessage), nameof(ExecutorToFrameworkMessage),
        nameof(RegisterExecutorMessage), nameof(ReregisterExecutorMessage), nameof(StatusUpdateMessage),
    ];

    private static readonly Dictionary<string, Func<World, IMessage>> OfTheMaster = new()
    {
        [nameof(SlaveRegisteredMessage)] = static _ => new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = "cluster-S1" } },
        [nameof(SlaveReregisteredMessage)] = static _ => new SlaveReregisteredMessage
        {
            SlaveId = new SlaveID { Value = SlaveRig.SlaveId },
            Reconciliations =
            {
                new ReconcileTasksMessage
                {
                    FrameworkId = Framework,
                    Statuses = { new TaskStatus { TaskId = new TaskID { Value = "unheard" }, State = TaskState.TaskRunning } },
                },
            },
        },
        [nameof(ShutdownMessage)] = static _ => new ShutdownMessage { Message = "go" },
        [nameof(DrainSlaveMessage)] = static _ => new DrainSlaveMessage { Config = new DrainConfig() },
        [nameof(RunTaskMessage)] = static world => world.Rig.ExecutorTask("task-2", launchExecutor: false),
        [nameof(RunTaskGroupMessage)] = static world => new RunTaskGroupMessage
        {
            Framework = SlaveRig.Framework(),
            Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "default" }, Type = ExecutorInfo.Types.Type.Default },
            TaskGroup = new TaskGroupInfo { Tasks = { world.Rig.CommandTask("a").Task } },
        },
        [nameof(KillTaskMessage)] = static _ => new KillTaskMessage { FrameworkId = Framework, TaskId = new TaskID { Value = "task-1" } },
        [nameof(ShutdownExecutorMessage)] = static _ =>
            new ShutdownExecutorMessage { FrameworkId = Framework, ExecutorId = new ExecutorID { Value = "exec-1" } },
        [nameof(ShutdownFrameworkMessage)] = static _ => new ShutdownFrameworkMessage { FrameworkId = Framework },
        [nameof(UpdateFrameworkMessage)] = static world =>
            new UpdateFrameworkMessage { FrameworkId = Framework, Pid = world.Stranger.Self.ToString(), FrameworkInfo = SlaveRig.Framework() },
        [nameof(StatusUpdateAcknowledgementMessage)] = static world => SlaveRig.Acknowledgement(world.Update),
        [nameof(CheckpointResourcesMessage)] = static _ => new CheckpointResourcesMessage { Resources = { OperationRig.Reserved("mem", 32, allocated: false) } },
        [nameof(ApplyOperationMessage)] = static world => world.Operations.Message(OperationRig.Reserve(OperationRig.Reserved("mem", 32))),
        [nameof(ReconcileOperationsMessage)] = static _ => new ReconcileOperationsMessage
        {
            Operations = { new ReconcileOperationsMessage.Types.Operation { OperationUuid = OperationRig.Uuid(99) } },
        },
        [nameof(AcknowledgeOperationStatusMessage)] = static world =>
            new AcknowledgeOperationStatusMessage { StatusUuid = world.Outcome.Status.Uuid, OperationUuid = world.Outcome.OperationUuid },
    };

    private static FrameworkID Framework => new() { Value = SlaveRig.FrameworkId };

    private static IEnumerable<string> Names => OfTheMaster.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task What_only_the_master_may_say_changes_nothing_when_another_says_it(string name)
    {
        string undisturbed;
        await using (World world = await World.CreateAsync())
        {
            undisturbed = await world.ObserveAsync();
        }

        await using (World world = await World.CreateAsync())
        {
            await world.Rig.SendAsync(world.Stranger, OfTheMaster[name](world));
            Assert.That((await world.MetricsAsync())["slave/dropped_messages"], Is.EqualTo(1));
            Assert.That(await world.ObserveAsync(), Is.EqualTo(undisturbed));
        }

        await using (World world = await World.CreateAsync())
        {
            await world.Rig.FromMasterAsync(OfTheMaster[name](world));
            Assert.That(await world.ObserveAsync(), Is.Not.EqualTo(undisturbed), "or the other half would prove nothing");
        }
    }

    [Test]
    public async Task Every_message_an_agent_understands_is_one_of_the_master_or_one_that_others_may_send()
    {
        await using World world = await World.CreateAsync();
        List<string> understood = [];
        foreach (MessageDescriptor type in MessagesReflection.Descriptor.MessageTypes)
        {
            double before = await UnknownAsync();
            world.Rig.Node.Manager.Send(world.Stranger.Self, world.Rig.Slave.Self, type.FullName);
            await world.Rig.Node.SettleAsync();
            if (await UnknownAsync() == before)
            {
                understood.Add(type.Name);
            }
        }

        Assert.That(understood, Is.EquivalentTo(OfTheMaster.Keys.Concat(Others)));

        async Task<double> UnknownAsync() => (await world.MetricsAsync())["libprocess/messages_dropped/unknown_message"];
    }

    /// <summary>An agent with a task that runs, updates and an operation that nobody has acknowledged, and a master that led before.</summary>
    private sealed class World(SlaveRig rig, FakePeer executor, FakePeer stranger, OperationRig operations) : IAsyncDisposable
    {
        public SlaveRig Rig => rig;

        public FakePeer Stranger => stranger;

        public OperationRig Operations => operations;

        public StatusUpdate Update { get; private init; } = new();

        public UpdateOperationStatusMessage Outcome { get; private init; } = new();

        public static async Task<World> CreateAsync()
        {
            var rig = new SlaveRig();
            await rig.RegisterAsync();
            FakePeer executor = await rig.RunExecutorAsync();
            await rig.SendTogetherAsync(executor, rig.Update(executor, TaskState.TaskStarting), rig.Update(executor, TaskState.TaskRunning));
            var operations = new OperationRig(rig);
            await rig.FromMasterAsync(operations.Message(OperationRig.Reserve(OperationRig.Reserved("cpus", 1))));
            var world = new World(rig, executor, rig.Node.Spawn(new FakePeer(rig.Node.Manager, "master(2)")), operations)
            {
                Update = rig.Master.Only<StatusUpdateMessage>().Update,
                Outcome = rig.Master.Only<UpdateOperationStatusMessage>(),
            };
            rig.Master.Forget();
            executor.Forget();
            return world;
        }

        /// <summary>All that others notice of the agent within the time after which it repeats itself.</summary>
        public async Task<string> ObserveAsync()
        {
            await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(10));
            string state = rig.Slave.Failure ?? (rig.Node.Manager.WaitAsync(rig.Slave).IsCompleted ? "it has ended" : await rig.GetAsync("/state"));
            return string.Join(
                '\n',
                string.Join(' ', rig.Master.Names.Order(StringComparer.Ordinal)),
                string.Join(' ', executor.Names),
                string.Join(' ', rig.Scheduler.Names),
                string.Join(' ', stranger.Names),
                rig.Containers.Launches.Count,
                state
                    .Replace(rig.Node.Manager.Address.ToString(), "address", StringComparison.Ordinal)
                    .Replace(rig.WorkDirectory, "directory", StringComparison.Ordinal));
        }

        public async Task<Dictionary<string, double>> MetricsAsync() => (await rig.Node.Manager.Metrics.SnapshotAsync()).ToDictionary();

        public ValueTask DisposeAsync() => rig.DisposeAsync();
    }
}

using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Common.Values;
using Mesos.Slave.Containerizer;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>The processes of a machine: executors that outlive their agent, and what they saw.</summary>
internal sealed class Machine(ProcessManager manager)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Container> containers = [];
    private int nextPid = 1000;

    /// <summary>How often each task was begun.</summary>
    public Dictionary<string, int> Starts { get; } = [];

    /// <summary>The updates that an agent acknowledged to an executor, by uuid.</summary>
    public Dictionary<string, string> Promised { get; } = [];

    /// <summary>Executors killed because no checkpoint told of them.</summary>
    public int Orphans { get; private set; }

    public int Living
    {
        get
        {
            lock (gate)
            {
                return containers.Values.Count(container => container.Lives);
            }
        }
    }

    public IContainerizer NewContainerizer() => new Containers(this);

    public void KillAll()
    {
        lock (gate)
        {
            foreach (Container container in containers.Values)
            {
                container.Kill();
            }
        }
    }

    /// <summary>What waited for the agent to let it go ends with it.</summary>
    public void AgentIsGone()
    {
        lock (gate)
        {
            foreach (Container container in containers.Values.Where(container => container.Process is null))
            {
                container.Kill();
            }
        }
    }

    private sealed class Container(int pid)
    {
        public int Pid => pid;

        public Promise<ContainerTermination?> End { get; } = new();

        public Executor? Process { get; set; }

        public bool Lives => !End.Task.IsCompleted;

        public void Kill(int status = 9)
        {
            Process?.Terminate();
            End.TrySet(new ContainerTermination(WaitStatus: status));
        }
    }

    private sealed class Containers(Machine machine) : IContainerizer
    {
        public async Task LaunchAsync(ContainerLaunch launch)
        {
            Container container;
            lock (machine.gate)
            {
                machine.containers[launch.Id.Value] = container = new Container(machine.nextPid++);
            }

            try
            {
                await launch.Forked!(new ForkedProcess(container.Pid));
            }
            catch (IOException exception)
            {
                container.Kill();
                throw new ContainerLaunchException(exception.Message);
            }

            lock (machine.gate)
            {
                if (container.Lives)
                {
                    container.Process = new Executor(machine, container, launch);
                    machine.Spawn(container.Process);
                }
            }
        }

        public Task RecoverAsync(IReadOnlyList<RecoveredContainer> recovered, string sandboxes)
        {
            lock (machine.gate)
            {
                foreach ((string id, Container container) in machine.containers)
                {
                    if (container.Lives && recovered.All(known => known.Id.Value != id))
                    {
                        machine.Orphans++;
                        container.Kill();
                    }
                }
            }

            return Task.CompletedTask;
        }

        public Task LeaveAsync(IReadOnlyList<ContainerID> left) => Task.CompletedTask;

        public Task<ContainerTermination?> WaitAsync(ContainerID container) => Find(container)?.End.Task ?? Task.FromResult<ContainerTermination?>(null);

        public Task DestroyAsync(ContainerID container)
        {
            Find(container)?.Kill();
            return Task.CompletedTask;
        }

        public Task<ContainerStatus?> StatusAsync(ContainerID container) =>
            Task.FromResult(Find(container) is { Lives: true } ? new ContainerStatus { ContainerId = container.Clone() } : null);

        public Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources) => Task.CompletedTask;

        public Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted) =>
            Task.FromResult<IReadOnlyDictionary<string, ResourceStatistics>>(new Dictionary<string, ResourceStatistics>());

        private Container? Find(ContainerID container)
        {
            lock (machine.gate)
            {
                return machine.containers.GetValueOrDefault(container.Value);
            }
        }
    }

    private void Spawn(ProcessBase process) => manager.Spawn(process);

    /// <summary>Runs every task for two seconds, and ends when all of them have; speaks as the driver does.</summary>
    private sealed class Executor(Machine machine, Container container, ContainerLaunch launch)
        : ProcessBase(machine.Manager, machine.Manager.Ids.Generate("executor"))
    {
        private readonly OrderedDictionary<string, StatusUpdate> unacknowledged = [];
        private readonly OrderedDictionary<string, TaskInfo> tasks = [];
        private readonly HashSet<string> running = [];
        private UPid agent = UPid.Empty;
        private SlaveID agentId = new();

        protected override void Initialize()
        {
            Install<ExecutorRegisteredMessage>((_, _) => { });
            Install<ExecutorReregisteredMessage>((_, _) => { });
            Install<RunTaskMessage>((_, message) => RunTask(message.Task));
            Install<KillTaskMessage>((_, _) => { });
            Install<StatusUpdateAcknowledgementMessage>((_, message) => Acknowledged(message));
            Install<ShutdownExecutorMessage>((_, _) => End());
            Install<ReconnectExecutorMessage>((from, _) => Reconnect(from));
            agent = UPid.Parse(launch.Environment["MESOS_SLAVE_PID"]);
            agentId = new SlaveID { Value = launch.Environment["MESOS_SLAVE_ID"] };
            Send(agent, new RegisterExecutorMessage
            {
                FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
                ExecutorId = launch.Executor.ExecutorId.Clone(),
            });
        }

        private void RunTask(TaskInfo task)
        {
            string id = task.TaskId.Value;
            lock (machine.gate)
            {
                machine.Starts[id] = machine.Starts.GetValueOrDefault(id) + 1;
            }

            tasks[id] = task;
            running.Add(id);
            Report(id, TaskState.TaskRunning);
            Delay(TimeSpan.FromSeconds(2), () =>
            {
                running.Remove(id);
                Report(id, TaskState.TaskFinished);
            });
        }

        private void Report(string task, TaskState state)
        {
            var uuid = UuidBytes.ToByteString(Random.NewUuid());
            var update = new StatusUpdate
            {
                FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
                ExecutorId = launch.Executor.ExecutorId.Clone(),
                SlaveId = agentId.Clone(),
                Timestamp = 1,
                Uuid = uuid,
                Status = new TaskStatus { TaskId = new TaskID { Value = task }, State = state, SlaveId = agentId.Clone(), Timestamp = 1, Uuid = uuid },
            };
            unacknowledged[uuid.ToBase64()] = update;
            Send(agent, new StatusUpdateMessage { Pid = Self.ToString(), Update = update.Clone() });
        }

        private void Acknowledged(StatusUpdateAcknowledgementMessage message)
        {
            string uuid = message.Uuid.ToBase64();
            if (!unacknowledged.Remove(uuid, out StatusUpdate? update))
            {
                return;
            }

            tasks.Remove(message.TaskId.Value);
            lock (machine.gate)
            {
                machine.Promised[uuid] = $"{update.Status.State} of '{message.TaskId.Value}'";
            }

            if (unacknowledged.Count == 0 && running.Count == 0 && tasks.Count == 0)
            {
                End();
            }
        }

        private void Reconnect(UPid from)
        {
            agent = from;
            var answer = new ReregisterExecutorMessage
            {
                ExecutorId = launch.Executor.ExecutorId.Clone(),
                FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            };
            answer.Updates.Add(unacknowledged.Values.Select(update => update.Clone()));
            answer.Tasks.Add(tasks.Values.Select(task => task.Clone()));
            Send(agent, answer);
        }

        private void End()
        {
            lock (machine.gate)
            {
                container.Kill(status: 0);
            }
        }
    }

    private ProcessManager Manager => manager;
}

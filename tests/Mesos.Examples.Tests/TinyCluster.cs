using System.Globalization;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Exec;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Examples.Tests;

/// <summary>
/// A master and an agent that know nothing but the happy path of one framework: they offer four cpus until all tasks are gone,
/// and start the executor inside this program. Every participant is a node of its own.
/// </summary>
internal sealed class TinyCluster : IAsyncDisposable
{
    private readonly TestNode masterNode = Node();
    private readonly TestNode agentNode = Node();
    private readonly TestNode executorNode = Node();
    private readonly MasterProcess master;
    private readonly AgentProcess agent;

    public TinyCluster(IExecutor executor)
    {
        agent = agentNode.Spawn(new AgentProcess(agentNode.Manager, executor, executorNode.Manager));
        master = masterNode.Spawn(new MasterProcess(masterNode.Manager, agent.Self));
    }

    public string Master => master.Self.Address.ToString();

    /// <summary>The names of all calls of a framework that is torn down, in order.</summary>
    public Task<IReadOnlyList<string>> CallsAsync() => master.Calls.WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await agent.StopExecutorAsync();
        await executorNode.DisposeAsync();
        await agentNode.DisposeAsync();
        await masterNode.DisposeAsync();
    }

    private static TestNode Node() => new(configure: WireMessageSchema.ApplyTo);

    private sealed class MasterProcess(ProcessManager manager, UPid agent) : ProcessBase(manager, "master")
    {
        private readonly List<string> calls = [];
        private readonly Promise<IReadOnlyList<string>> ended = new();
        private UPid framework = UPid.Empty;
        private FrameworkInfo info = new();
        private int offers;

        public Task<IReadOnlyList<string>> Calls => ended.Task;

        protected override void Initialize()
        {
            Install<Call>(Handle);
            Install<StatusUpdateMessage>((_, message) => Send(framework, message));
        }

        private void Handle(UPid from, Call call)
        {
            calls.Add(call.Type.ToString());
            switch (call.Type)
            {
                case Call.Types.Type.Subscribe:
                    framework = from;
                    info = call.Subscribe.FrameworkInfo;
                    info.Id = new FrameworkID { Value = "f-0000" };
                    Send(from, new FrameworkRegisteredMessage
                    {
                        FrameworkId = info.Id.Clone(),
                        MasterInfo = new MasterInfo { Id = "m", Ip = 0, Port = Self.Address.Port, Pid = Self.ToString() },
                    });
                    Offer();
                    break;
                case Call.Types.Type.Accept:
                    foreach (TaskInfo task in call.Accept.Operations.SelectMany(operation => operation.Launch.TaskInfos))
                    {
                        Send(agent, new RunTaskMessage { Framework = info.Clone(), Pid = framework.ToString(), Task = task });
                    }

                    if (offers < 3)
                    {
                        Offer();
                    }

                    break;
                case Call.Types.Type.Acknowledge:
                    Send(agent, new StatusUpdateAcknowledgementMessage
                    {
                        SlaveId = call.Acknowledge.SlaveId,
                        FrameworkId = call.FrameworkId,
                        TaskId = call.Acknowledge.TaskId,
                        Uuid = call.Acknowledge.Uuid,
                    });
                    break;
                case Call.Types.Type.Teardown:
                    ended.TrySet(calls);
                    break;
                default:
                    break;
            }
        }

        private void Offer()
        {
            var offer = new Offer
            {
                Id = new OfferID { Value = $"o-{offers++.ToString(CultureInfo.InvariantCulture)}" },
                FrameworkId = info.Id.Clone(),
                SlaveId = new SlaveID { Value = "s-0" },
                Hostname = "agent.example",
            };
            offer.Resources.AddRange(Common.Resources.Parse("cpus:4;mem:4096").Allocate("*"));
            Send(framework, new ResourceOffersMessage { Offers = { offer }, Pids = { agent.ToString() } });
        }
    }

    private sealed class AgentProcess(ProcessManager manager, IExecutor executor, ProcessManager executorNode) : ProcessBase(manager, "slave(1)")
    {
        private readonly Queue<RunTaskMessage> waiting = [];
        private MesosExecutorDriver? driver;
        private UPid master = UPid.Empty;
        private UPid executorPid = UPid.Empty;

        public async Task StopExecutorAsync()
        {
            if (driver is not null)
            {
                await driver.DisposeAsync();
            }
        }

        protected override void Initialize()
        {
            Install<RunTaskMessage>(RunTask);
            Install<RegisterExecutorMessage>(Register);
            Install<StatusUpdateMessage>(Update);
            Install<StatusUpdateAcknowledgementMessage>((_, _) => { });
        }

        private void RunTask(UPid from, RunTaskMessage message)
        {
            master = from;
            if (!executorPid.IsEmpty)
            {
                Send(executorPid, message);
                return;
            }

            waiting.Enqueue(message);
            if (driver is null)
            {
                driver = new MesosExecutorDriver(executor, new ExecutorDriverOptions
                {
                    Manager = executorNode,
                    KillProcessGroup = () => { },
                    Environment = new Dictionary<string, string>
                    {
                        ["MESOS_SLAVE_PID"] = Self.ToString(),
                        ["MESOS_SLAVE_ID"] = "s-0",
                        ["MESOS_FRAMEWORK_ID"] = message.Framework.Id.Value,
                        ["MESOS_EXECUTOR_ID"] = message.Task.Executor.ExecutorId.Value,
                        ["MESOS_DIRECTORY"] = ".",
                    },
                });
                driver.Start();
            }
        }

        private void Register(UPid from, RegisterExecutorMessage message)
        {
            executorPid = from;
            TaskInfo first = waiting.Peek().Task;
            Send(from, new ExecutorRegisteredMessage
            {
                ExecutorInfo = first.Executor.Clone(),
                FrameworkId = message.FrameworkId,
                FrameworkInfo = waiting.Peek().Framework.Clone(),
                SlaveId = first.SlaveId.Clone(),
                SlaveInfo = new SlaveInfo { Hostname = "agent.example" },
            });
            while (waiting.TryDequeue(out RunTaskMessage? task))
            {
                Send(from, task);
            }
        }

        private void Update(UPid from, StatusUpdateMessage message)
        {
            Send(from, new StatusUpdateAcknowledgementMessage
            {
                SlaveId = message.Update.SlaveId.Clone(),
                FrameworkId = message.Update.FrameworkId.Clone(),
                TaskId = message.Update.Status.TaskId.Clone(),
                Uuid = message.Update.Uuid,
            });
            message.Pid = Self.ToString();
            Send(master, message);
        }
    }
}

using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>A driver on one node and an agent on another, connected by sockets; the driver's time is virtual and nobody is killed.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private int kills;

    public Conversation(params (string Name, string? Value)[] variables)
    {
        Node = new TestNode(configure: WireMessageSchema.ApplyTo);
        (AgentNode, Agent) = StartAgent();
        Dictionary<string, string> environment = new()
        {
            ["MESOS_SLAVE_PID"] = Agent.Self.ToString(),
            ["MESOS_SLAVE_ID"] = FakeAgent.Id.Value,
            ["MESOS_FRAMEWORK_ID"] = FakeAgent.FrameworkId.Value,
            ["MESOS_EXECUTOR_ID"] = FakeAgent.ExecutorId.Value,
            ["MESOS_DIRECTORY"] = "sandbox",
        };
        foreach ((string name, string? value) in variables)
        {
            if (value is null)
            {
                environment.Remove(name);
            }
            else
            {
                environment[name] = value;
            }
        }

        Driver = new MesosExecutorDriver(Executor, new ExecutorDriverOptions
        {
            Manager = Node.Manager,
            Environment = environment,
            KillProcessGroup = () => Interlocked.Increment(ref kills),
        });
    }

    public TestNode Node { get; }

    public TestNode AgentNode { get; private set; }

    public FakeAgent Agent { get; private set; }

    public RecordingExecutor Executor { get; } = new();

    public MesosExecutorDriver Driver { get; }

    /// <summary>How often the process group would have been killed.</summary>
    public int Kills => Volatile.Read(ref kills);

    public static async Task<Conversation> RegisteredAsync(params (string Name, string? Value)[] variables)
    {
        var conversation = new Conversation(variables);
        conversation.Driver.Start();
        await conversation.Agent.NextAsync<RegisterExecutorMessage>();
        conversation.Agent.TellRegistered();
        await conversation.Executor.NextAsync(nameof(IExecutor.Registered));
        return conversation;
    }

    /// <summary>Ends the agent; its connections break.</summary>
    public async Task KillAgentAsync()
    {
        Task seen = Node.Filters.ExpectExited();
        await AgentNode.DisposeAsync();
        await seen.WaitAsync(TimeSpan.FromSeconds(20));
        await Node.SettleAsync();
    }

    /// <summary>Starts another agent, which knows the executor, on another port.</summary>
    public void RestartAgent()
    {
        LibProcess.Addressing.UPid executor = Agent.Executor;
        (AgentNode, Agent) = StartAgent();
        Agent.Executor = executor;
    }

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await Node.DisposeAsync();
        await AgentNode.DisposeAsync();
    }

    private static (TestNode Node, FakeAgent Agent) StartAgent()
    {
        var node = new TestNode(configure: WireMessageSchema.ApplyTo);
        return (node, node.Spawn(new FakeAgent(node.Manager)));
    }

    public static TaskStatus Status(TaskState state, string task = "task-1") => new() { TaskId = new TaskID { Value = task }, State = state };
}

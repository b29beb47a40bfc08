using LibProcess.Addressing;
using LibProcess.Testing;
using Mesos.Common.Detection;
using Mesos.Common.Messages;
using Mesos.Slave;

namespace Mesos.Interop.Tests;

/// <summary>
/// An agent as the recorded one was started, on a node with virtual time, in a work directory of its own. It can be killed and started
/// again at the same address.
/// </summary>
internal sealed class LiveAgent : IAsyncDisposable
{
    // That of the recorded agent, though this one listens elsewhere.
    private const int RecordedPort = 5051;

    private readonly string workDirectory;
    private readonly Func<SlaveOptions, SlaveOptions> configure;

    private NamedProcesses processes = null!;
    private SlaveProcess agent = null!;

    private LiveAgent(string? workDirectory, Func<SlaveOptions, SlaveOptions>? configure)
    {
        this.workDirectory = workDirectory ?? Directory.CreateTempSubdirectory("interop-agent-").FullName;
        this.configure = configure ?? (static options => options);
        Node = StartNode(port: 0, seed: 1);
    }

    public TestNode Node { get; private set; }

    /// <summary>Whoever leads is appointed here.</summary>
    public StandaloneMasterDetectorProcess Detector { get; private set; } = null!;

    public string WorkDirectory => workDirectory;

    /// <summary>A node for an agent that <see cref="Start"/> starts.</summary>
    /// <param name="workDirectory">What it goes on from, which is deleted at the end; null for nothing.</param>
    /// <param name="configure">Changes what the agent is told, or null.</param>
    public static LiveAgent Prepare(string? workDirectory = null, Func<SlaveOptions, SlaveOptions>? configure = null) => new(workDirectory, configure);

    public void Start(string master)
    {
        Detector = StandaloneMasterDetectorProcess.Start(Node.Manager, UPid.Parse(master));
        processes = new NamedProcesses();
        agent = LiveNode.SpawnAgent(Node, configure(new SlaveOptions { WorkDirectory = workDirectory }), Detector, RecordedPort, processes);
    }

    /// <summary>Ends the agent with all its connections and nothing more. Another can be started at its address.</summary>
    public async Task KillAsync()
    {
        ushort port = Node.Manager.Address.Port;
        processes.AreLeft = true;
        await Node.DisposeAsync();
        Node = StartNode(port, seed: 2);
    }

    /// <summary>Completes when the agent has ended, as it was told, and its executors with it.</summary>
    public async Task EndedAsync()
    {
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Node.Manager.WaitAsync(agent).WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(workDirectory, recursive: true);
    }

    // What is drawn by chance, such as ids, is drawn anew at every start.
    private static TestNode StartNode(ushort port, int seed) =>
        new(seed: seed, configure: options => WireMessageSchema.ApplyTo(options) with { Port = port, Delegate = "slave(1)" });
}

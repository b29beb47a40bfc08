using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Master;
using Mesos.Slave;

namespace Mesos.Local;

/// <summary>A master and its agents in one program, each on a node of its own. For trying out and for tests.</summary>
/// <remarks>Upstream: src/local/local.cpp, where all share one node. Safe from any thread.</remarks>
public sealed class LocalCluster : IAsyncDisposable
{
    private readonly List<(SlaveDaemon Daemon, ProcessManager Node)> agents = [];
    private readonly ProcessManager masterNode;
    private readonly MasterDaemon master;

    private LocalCluster(ProcessManager masterNode, MasterDaemon master)
    {
        (this.masterNode, this.master) = (masterNode, master);
    }

    /// <summary>The address of the master, as schedulers and agents take it.</summary>
    public string Master => masterNode.Address.ToString();

    /// <summary>The identity of the master's process.</summary>
    public UPid MasterPid => master.Pid;

    /// <summary>The identities of the agents' processes.</summary>
    public IReadOnlyList<UPid> AgentPids => [.. agents.Select(agent => agent.Daemon.Pid)];

    /// <summary>Completes, or fails, when one of the daemons has ended by itself.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a cluster.</summary>
    /// <param name="options">What it consists of.</param>
    /// <exception cref="IOException">An address cannot be bound.</exception>
    /// <exception cref="SlaveException">An agent cannot start; the message says why.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var node = ProcessManager.Start(options.MasterNode with { Delegate = MasterProcess.ProcessId });
        LocalCluster cluster = new(node, MasterDaemon.Start(node, options.Master));
        try
        {
            // An agent that came before would be heard only at its next attempt.
            await cluster.master.Elected;
            foreach (var agent in options.Agents)
            {
                await cluster.AddAsync(agent, options.AgentNode);
            }
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }

        cluster.Completion = Task.WhenAny([cluster.master.Completion, .. cluster.agents.Select(agent => agent.Daemon.Completion)]).Unwrap();
        return cluster;
    }

    /// <summary>Stops the agents with everything they run, then the master.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(agents.Select(agent => agent.Daemon.StopAsync(unregister: true)));
        foreach (var (_, node) in agents)
        {
            await node.DisposeAsync();
        }

        await master.DisposeAsync();
        await masterNode.DisposeAsync();
    }

    private async Task AddAsync(SlaveOptions options, ProcessManagerOptions nodeOptions)
    {
        var node = ProcessManager.Start(nodeOptions with { Port = 0, Delegate = "slave(1)" });
        try
        {
            MasterLocation.Process location = new(masterNode.Address.ToIPAddress().ToString(), masterNode.Address.Port);
            agents.Add((await SlaveDaemon.StartAsync(node, options with { Recover = SlaveRecovery.StartAnew }, location), node));
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }
}

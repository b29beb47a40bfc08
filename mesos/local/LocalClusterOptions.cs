using LibProcess.Processes;
using Mesos.Master;
using Mesos.Slave;

namespace Mesos.Local;

/// <summary>What a local cluster consists of.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>The node of the master: its address and what it logs. Default: a free port of the loopback address, no logs.</summary>
    public ProcessManagerOptions MasterNode { get; init; } = new();

    /// <summary>The nodes of the agents, which always get free ports. Default: the loopback address, no logs.</summary>
    public ProcessManagerOptions AgentNode { get; init; } = new();

    /// <summary>The master.</summary>
    public MasterOptions Master { get; init; } = new();

    /// <summary>The agents, in this order.</summary>
    public required IReadOnlyList<SlaveOptions> Agents { get; init; }
}

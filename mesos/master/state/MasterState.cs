using LibProcess.Addressing;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>All the master knows, with its indexes. Touched by the events of the master process only.</summary>
internal sealed class MasterState(MasterOptions options)
{
    public AgentTable Agents { get; } = new();

    public FrameworkTable Frameworks { get; } = new(options.MaxCompletedFrameworks);

    public MachineTable Machines { get; } = new();

    /// <summary>Processes of this node that speak for schedulers which listen to a stream of events.</summary>
    public HashSet<UPid> SchedulerStreams { get; } = [];

    /// <summary>Offers by id.</summary>
    public Dictionary<string, MasterOffer> Offers { get; } = new(StringComparer.Ordinal);
}

/// <summary>Frameworks by id and by the scheduler they belong to.</summary>
internal sealed class FrameworkTable(int maxCompleted)
{
    private readonly Dictionary<string, Framework> registered = new(StringComparer.Ordinal);
    private readonly Dictionary<UPid, Framework> byPid = [];

    /// <summary>Frameworks that are connected or may come back.</summary>
    public IReadOnlyCollection<Framework> Registered => registered.Values;

    /// <summary>Frameworks that ended.</summary>
    public BoundedMap<Framework> Completed { get; } = new(maxCompleted);

    public Framework? Find(string? id) => id is null ? null : registered.GetValueOrDefault(id);

    /// <summary>The framework whose scheduler speaks, or spoke last, from an address.</summary>
    public Framework? Find(UPid pid) => byPid.GetValueOrDefault(pid);

    public void Add(Framework framework)
    {
        registered.Add(framework.Id, framework);
        if (framework.Pid is { } pid)
        {
            byPid[pid] = framework;
        }
    }

    /// <summary>A scheduler subscribed for a framework that is registered.</summary>
    public void Connect(Framework framework, UPid pid, bool http)
    {
        Forget(framework);
        framework.Connect(pid, http);
        byPid[pid] = framework;
    }

    public void Complete(Framework framework)
    {
        if (registered.Remove(framework.Id))
        {
            Forget(framework);
            Completed.Set(framework.Id, framework)?.Metrics?.Withdraw();
        }
    }

    private void Forget(Framework framework)
    {
        if (framework.Pid is { } pid && ReferenceEquals(Find(pid), framework))
        {
            byPid.Remove(pid);
        }
    }
}

/// <summary>Agents in every stage of their life.</summary>
/// <remarks>Upstream: <c>struct Slaves</c> in src/master/master.hpp.</remarks>
internal sealed class AgentTable
{
    private const int RememberedRemovals = 1_000_000;

    private readonly Dictionary<string, Agent> registered = new(StringComparer.Ordinal);
    private readonly Dictionary<UPid, Agent> byPid = [];

    public IReadOnlyCollection<Agent> Registered => registered.Values;

    /// <summary>The tasks of registered agents, by state.</summary>
    public TaskCounts Tasks { get; } = new();

    /// <summary>Senders whose first registration waits for the registry.</summary>
    public HashSet<UPid> Registering { get; } = [];

    /// <summary>Agents whose re-registration waits for the registry.</summary>
    public HashSet<string> Reregistering { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents the registry knows that have not come back to this master.</summary>
    public Dictionary<string, SlaveInfo> Recovered { get; } = new(StringComparer.Ordinal);

    public HashSet<string> MarkingUnreachable { get; } = new(StringComparer.Ordinal);

    public HashSet<string> MarkingGone { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Removing { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that left this master one way or another and have not come back.</summary>
    public BoundedMap<bool> Removed { get; } = new(RememberedRemovals);

    /// <summary>Agents that are out of reach, with the time since when, in the order in which they got lost.</summary>
    public OrderedDictionary<string, TimeInfo> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks of unreachable agents, by agent.</summary>
    public Dictionary<string, List<(string Framework, string Task)>> UnreachableTasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that an operator gave up for good, in the order in which that was done.</summary>
    public OrderedDictionary<string, TimeInfo> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that drain or have drained, whether they are here or not.</summary>
    public Dictionary<string, DrainInfo> Draining { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that are not to be offered, whether they are here or not.</summary>
    public HashSet<string> Deactivated { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether an agent is registered, may come back to this master, or is unreachable.</summary>
    public bool IsKnown(string id) => registered.ContainsKey(id) || Recovered.ContainsKey(id) || Unreachable.ContainsKey(id);

    public Agent? Find(string? id) => id is null ? null : registered.GetValueOrDefault(id);

    public Agent? Find(UPid pid) => byPid.GetValueOrDefault(pid);

    public void Add(Agent agent)
    {
        registered.Add(agent.Id, agent);
        agent.CountIn(Tasks);
        byPid[agent.Pid] = agent;
    }

    /// <summary>The agent speaks from another port or process id now.</summary>
    public void Move(Agent agent, UPid pid)
    {
        Forget(agent);
        agent.Pid = pid;
        byPid[pid] = agent;
    }

    public void Remove(Agent agent)
    {
        if (registered.Remove(agent.Id))
        {
            agent.CountIn(null);
            Forget(agent);
            Removed.Set(agent.Id, true);
        }
    }

    private void Forget(Agent agent)
    {
        if (byPid.TryGetValue(agent.Pid, out Agent? known) && ReferenceEquals(known, agent))
        {
            byPid.Remove(agent.Pid);
        }
    }
}

using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Collections;

namespace Mesos.Slave.State;

/// <summary>Where the agent is in its life.</summary>
internal enum SlavePhase
{
    /// <summary>Taking up what an earlier run left; it looks for no master yet.</summary>
    Recovering,

    /// <summary>Without a master that knows it.</summary>
    Disconnected,

    /// <summary>Registered.</summary>
    Running,

    /// <summary>Ending; it waits for its executors.</summary>
    Terminating,
}

/// <summary>What the agent knows. Parts change it while the agent's process handles one of its events.</summary>
internal sealed class SlaveState(SlaveInfo info, UUID resourceVersion)
{
    /// <summary>How many ended frameworks are remembered.</summary>
    public const int MaxCompletedFrameworks = 50;

    public SlavePhase Phase { get; set; } = SlavePhase.Recovering;

    /// <summary>Whether the agent's process is about to end: what is not settled by then is left to the next run.</summary>
    public bool IsLeftToNextRun { get; set; }

    /// <summary>Host name, port, resources and attributes, and the id once a master gave one. Resources are in the newer format.</summary>
    public SlaveInfo Info { get; } = info;

    /// <summary>The id in the cluster; null before the first registration.</summary>
    public string? Id => Info.Id?.Value;

    /// <summary>The leading master, or null where none is known.</summary>
    public UPid? Master { get; set; }

    /// <summary>What was detected of the leading master.</summary>
    public MasterInfo? MasterInfo { get; set; }

    /// <summary>Changes whenever the master's view of the resources would be outdated.</summary>
    public UUID ResourceVersion { get; } = resourceVersion;

    /// <summary>What the agent has, with the reservations and volumes that were made at run time. In the newer format, allocated to nobody.</summary>
    public Common.Resources Total { get; set; } = Common.Resources.From(info.Resources);

    /// <summary>The part of <see cref="Total"/> that outlasts the agent.</summary>
    public Common.Resources Checkpointed => Total.Where(ResourceQueries.NeedsCheckpointing);

    /// <summary>Operations on the agent's own resources whose outcome is not acknowledged, in order of arrival.</summary>
    public LinkedDictionary<Guid, AgentOperation> Operations { get; } = new();

    /// <summary>What executors have sent and nobody has acknowledged.</summary>
    public UnacknowledgedUpdates Unacknowledged { get; } = new();

    public LinkedDictionary<string, Framework> Frameworks { get; } = new(StringComparer.Ordinal);

    public BoundedHistory<Framework> CompletedFrameworks { get; } = new(MaxCompletedFrameworks);

    /// <summary>Whether the description differs from that under which the id was given: the master has to be one that can take this.</summary>
    public bool InfoChanged { get; set; }

    /// <summary>Set while the agent drains.</summary>
    public DrainConfig? Drain { get; set; }

    /// <summary>When the draining began, as far as this run of the agent knows.</summary>
    public DateTimeOffset? DrainStart { get; set; }

    public Framework? FindFramework(string? id) => id is not null && Frameworks.TryGetValue(id, out Framework? found) ? found : null;

    public Executor? FindExecutor(string? frameworkId, string? executorId) =>
        executorId is not null && FindFramework(frameworkId) is { } framework && framework.Executors.TryGetValue(executorId, out Executor? found)
            ? found
            : null;

    /// <summary>An operation by the id its framework gave it.</summary>
    public AgentOperation? FindOperation(string frameworkId, string operationId) => Operations.Values.FirstOrDefault(operation =>
        operation.Record.FrameworkId?.Value == frameworkId && operation.Record.Info.Id?.Value == operationId);

    public IEnumerable<Executor> Executors => Frameworks.Values.SelectMany(static framework => framework.Executors.Values);
}

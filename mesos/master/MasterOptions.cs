using Mesos.Common;
using Mesos.Common.Authorization;
using Mesos.Common.Versions;
using Mesos.Proto;

namespace Mesos.Master;

/// <summary>What a master is told when it starts. Defaults are those of the command line.</summary>
/// <remarks>Filled from flags by <see cref="MasterFlags"/>; nothing below reads flags. The address of the node belongs to the process manager.</remarks>
public sealed record MasterOptions
{
    /// <summary>The longest time a framework may refuse resources, one year.</summary>
    public static readonly TimeSpan MaxRefusal = TimeSpan.FromDays(365);

    /// <summary>The name told to others; null for the address of the node.</summary>
    public string? Hostname { get; init; }

    /// <summary>The name of the cluster shown to operators, or null.</summary>
    public string? Cluster { get; init; }

    /// <summary>Where durable state lives; null for nowhere.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>How the registry is kept. Default: in memory, so that it ends with the master.</summary>
    public RegistryKind Registry { get; init; } = RegistryKind.InMemory;

    /// <summary>How long reading the registry may take before the master gives up. Default: one minute.</summary>
    public TimeSpan RegistryFetchTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long storing the registry may take before the master gives up. Default: 20 seconds.</summary>
    public TimeSpan RegistryStoreTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The time between two looks for agents that the registry need not remember any more. Default: 15 minutes.</summary>
    public TimeSpan RegistryGcInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long agents are remembered that are unreachable or gone. Default: two weeks.</summary>
    public TimeSpan RegistryMaxAgentAge { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How many agents are remembered that are unreachable, and how many that are gone. Default: 102,400.</summary>
    public int RegistryMaxAgentCount { get; init; } = 102_400;

    /// <summary>The time between two allocation passes over all agents. Default: one second.</summary>
    public TimeSpan AllocationInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait for each answer to a ping of an agent. Default: 15 seconds.</summary>
    public TimeSpan AgentPingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many pings in a row an agent may miss before it is marked unreachable. Default: 5.</summary>
    public int MaxAgentPingTimeouts { get; init; } = 5;

    /// <summary>How long a disconnected agent may take to come back before it is marked unreachable. Default: 10 minutes.</summary>
    public TimeSpan AgentReregisterTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The largest share, from 0 to 1, of the agents of the registry that may be marked unreachable because they did not come back
    /// to a new master; where there are more the master ends instead. Default: 1.
    /// </summary>
    public double RecoveryAgentRemovalLimit { get; init; } = 1;

    /// <summary>How often an agent may be marked unreachable because it does not answer or did not come back; null, the default, for no limit.</summary>
    public LibProcess.Futures.RateLimit? AgentRemovalRateLimit { get; init; }

    /// <summary>The region and zone of the master; null, the default, for none. Agents with a fault domain need a master with one.</summary>
    public DomainInfo? Domain { get; init; }

    /// <summary>Whether agents without a fault domain are refused. Default: no.</summary>
    public bool RequireAgentDomain { get; init; }

    /// <summary>After which time an unanswered offer is taken back; null, the default, for never.</summary>
    public TimeSpan? OfferTimeout { get; init; }

    /// <summary>The only roles frameworks may use beside <c>*</c>; null, the default, for any.</summary>
    public IReadOnlySet<string>? Roles { get; init; }

    /// <summary>Weights of roles in fair sharing; roles not named weigh 1.</summary>
    public IReadOnlyDictionary<string, double> Weights { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether frameworks may run as user root. Default: yes.</summary>
    public bool RootSubmissions { get; init; } = true;

    /// <summary>Who says what is permitted; null, the default, permits everything.</summary>
    public IAuthorizer? Authorizer { get; init; }

    /// <summary>Whether agents with GPUs are offered only to frameworks that ask for GPUs. Default: yes.</summary>
    public bool FilterGpuResources { get; init; } = true;

    /// <summary>The smallest sets of scalar resources worth offering: one of them must be covered. Default: 0.01 cpus, or 32 MB.</summary>
    public IReadOnlyList<ResourceQuantities> MinAllocatableResources { get; init; } =
    [
        ResourceQuantities.From(Resources.Parse("cpus:0.01")),
        ResourceQuantities.From(Resources.Parse("mem:32")),
    ];

    /// <summary>Whether frameworks must prove who they are before they subscribe. Default: no.</summary>
    public bool AuthenticateFrameworks { get; init; }

    /// <summary>Whether agents must prove who they are before they register. Default: no.</summary>
    public bool AuthenticateAgents { get; init; }

    /// <summary>How long a framework or agent may take to prove who it is. Default: 15 seconds.</summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The principals with their secrets; null, the default, for none: whoever tries to prove something is refused.</summary>
    public Proto.Credentials? Credentials { get; init; }

    /// <summary>How many ended frameworks are remembered. Default: 50.</summary>
    public int MaxCompletedFrameworks { get; init; } = 50;

    /// <summary>How many ended tasks of a framework are remembered. Default: 1000.</summary>
    public int MaxCompletedTasksPerFramework { get; init; } = 1000;

    /// <summary>How many unreachable tasks of a framework are remembered. Default: 1000.</summary>
    public int MaxUnreachableTasksPerFramework { get; init; } = 1000;

    /// <summary>Whether each framework has metrics of its own. Default: yes.</summary>
    public bool PublishPerFrameworkMetrics { get; init; } = true;

    /// <summary>What <c>/version</c> and <c>/state</c> say of the program.</summary>
    public BuildInfo Build { get; init; } = BuildInfo.OfThisProgram();

    /// <summary>All flags as text, for <c>/flags</c> and <c>/state</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Flags { get; init; } = [];

    /// <summary>What agents are told about the time after which they should look for a master again.</summary>
    internal double TotalPingTimeoutSeconds => (AgentPingTimeout * MaxAgentPingTimeouts).TotalSeconds;
}

/// <summary>How a registry is kept.</summary>
public enum RegistryKind
{
    /// <summary>In the memory of the master: agents and what operators asked for are forgotten when it ends.</summary>
    InMemory,

    /// <summary>In a file below <see cref="MasterOptions.WorkDirectory"/>, for clusters with one master.</summary>
    Local,
}

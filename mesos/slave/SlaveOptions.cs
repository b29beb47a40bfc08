using Mesos.Authentication;
using Mesos.Common.Protobuf;

namespace Mesos.Slave;

/// <summary>What an agent is told when it starts. Defaults are those of the command line.</summary>
/// <remarks>Filled from flags by <see cref="SlaveFlags"/>; nothing below reads flags. The address of the node belongs to the process manager.</remarks>
public sealed record SlaveOptions
{
    /// <summary>The upper bound of the wait between attempts to register.</summary>
    public static readonly TimeSpan MaxRegistrationRetryInterval = TimeSpan.FromMinutes(1);

    /// <summary>The capabilities an agent of this version has.</summary>
    public static AgentCapabilities AllFeatures { get; } = AgentCapabilities.Of(AgentCapabilities.CreateAll());

    /// <summary>Where sandboxes live. Created if it does not exist.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>Where the programs <c>mesos-executor</c> and others are looked for; null for the directory of <see cref="MesosExecutable"/>.</summary>
    public string? LauncherDirectory { get; init; }

    /// <summary>
    /// The program <c>mesos</c>, which starts containers and runs command tasks; null for the program that runs now where its
    /// name starts with <c>mesos</c>, else <c>mesos</c> beside it.
    /// </summary>
    public string? MesosExecutable { get; init; }

    /// <summary>The name told to others; null to look it up, see <see cref="HostnameLookup"/>.</summary>
    public string? Hostname { get; init; }

    /// <summary>Whether a missing name is looked up from the address; otherwise the address is the name. Default: yes.</summary>
    public bool HostnameLookup { get; init; } = true;

    /// <summary>Resources as text or JSON, such as <c>cpus:4;mem:1024</c>; what is not mentioned is measured. Null measures all.</summary>
    public string? Resources { get; init; }

    /// <summary>The role of resources that name none. Default: <c>*</c>, nobody's.</summary>
    public string DefaultRole { get; init; } = "*";

    /// <summary>Attributes as text, such as <c>rack:r1;zone:a</c>, or null.</summary>
    public string? Attributes { get; init; }

    /// <summary>The region and zone the agent is in; null, the default, where nobody said. Must have a fault domain.</summary>
    public DomainInfo? Domain { get; init; }

    /// <summary>The capabilities told to masters. Default: <see cref="AllFeatures"/>.</summary>
    public AgentCapabilities Features { get; init; } = AllFeatures;

    /// <summary>The longest random wait before the first attempt to register; retries start at twice as much. Default: one second.</summary>
    public TimeSpan RegistrationBackoffFactor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Who the agent is to the master, and the proof; null where the master asks nobody. Default: null.</summary>
    public Credential? Credential { get; init; }

    /// <summary>How long proofs are waited for.</summary>
    public AuthenticationBackoff AuthenticationBackoff { get; init; } =
        new(Factor: TimeSpan.FromSeconds(1), Min: TimeSpan.FromSeconds(5), Max: TimeSpan.FromMinutes(1));

    /// <summary>How long an executor may take to register before it is killed. Default: one minute.</summary>
    public TimeSpan ExecutorRegistrationTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an executor may take to end before it is killed, where it does not say itself. Default: 5 seconds.</summary>
    public TimeSpan ExecutorShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of what an earlier run left in the work directory. Default: the agent goes on from there.</summary>
    public SlaveRecovery Recover { get; init; } = SlaveRecovery.Reconnect;

    /// <summary>Whether a file of an earlier run that cannot be understood ends the agent; otherwise it is passed over. Default: yes.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// What may change of the agent's description while it keeps its id: <c>equal</c>, nothing, or <c>additive</c>, where resources
    /// may grow and attributes may be added. Default: <c>equal</c>.
    /// </summary>
    public string ReconfigurationPolicy { get; init; } = "equal";

    /// <summary>How long executors may take to come back to an agent that was started again before they are killed. Default: 2 seconds; at most 15.</summary>
    public TimeSpan ExecutorReregistrationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often executors are asked again to come back; null, the default, for once.</summary>
    public TimeSpan? ExecutorReregistrationRetryInterval { get; init; }

    /// <summary>How long executors wait for an agent that has gone before they end. Default: 15 minutes.</summary>
    public TimeSpan RecoveryTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long sandboxes and checkpoints are kept after their end, on an empty disk. Default: one week.</summary>
    public TimeSpan GcDelay { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The share of the disk that is to stay free, from 0 to 1: sandboxes are kept for <see cref="GcDelay"/> times what is free
    /// beyond it. Default: 0.1.
    /// </summary>
    public double GcDiskHeadroom { get; init; } = 0.1;

    /// <summary>How often is looked at how full the disk is. Default: one minute.</summary>
    public TimeSpan DiskWatchInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Variables given to every executor.</summary>
    public IReadOnlyDictionary<string, string> ExecutorEnvironmentVariables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The address executors listen on; null, the default, for that which the agent tells to others. With <c>0.0.0.0</c> they look
    /// for one themselves.
    /// </summary>
    public System.Net.IPAddress? ExecutorIp { get; init; }

    /// <summary>Whether executors run as the user the framework names, which needs root where it is another than the agent's. Default: yes.</summary>
    public bool SwitchUser { get; init; } = true;

    /// <summary>Whether routes that only show something ask who calls. Default: no.</summary>
    public bool AuthenticateHttpReadOnly { get; init; }

    /// <summary>Whether routes that change something ask who calls. Default: no.</summary>
    public bool AuthenticateHttpReadWrite { get; init; }

    /// <summary>Who may call, and the proofs; null, the default, for nobody.</summary>
    public Credentials? HttpCredentials { get; init; }

    /// <summary>How many ended executors of a framework are remembered. Default: 150.</summary>
    public int MaxCompletedExecutorsPerFramework { get; init; } = 150;

    /// <summary>The flags as text, for <c>/flags</c> and <c>/state</c>.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; init; } = new Dictionary<string, string>();
}

using System.Net;
using System.Text.Json;
using LibProcess.Http.Firewall;
using LibProcess.Processes;
using Mesos.Authentication;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Common.Protobuf;
using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Flags;
using Mesos.Slave.Host;
using Mesos.Slave.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Slave;

/// <summary>The flags of an agent, under the original's names and with its defaults.</summary>
/// <remarks>
/// Upstream: src/slave/flags.cpp. All flags of the original are declared, those with nothing behind them in flags/: a variable of an
/// unknown flag would be passed over.
/// </remarks>
public static partial class SlaveFlags
{
    private const ushort DefaultPort = 5051;

    /// <summary>The table: for loading, help and <c>/flags</c>.</summary>
    public static FlagTable Table { get; } = new("mesos slave");

    private static readonly Flag<string> Master =
        Table.AddRequired("master", StartFlags.Master, "where the master is: host:port, or file:///path of a file that says it; ZooKeeper (zk://) is not built")
            .Check(StartFlags.CheckMaster);

    private static readonly Flag<IPAddress?> Ip =
        Table.OptionalAddress("ip", "address to listen on; when absent all, and the address of the machine's name is told to others").Check(IPv4);

    private static readonly Flag<string?> IpDiscoveryCommand =
        Table.OptionalText("ip_discovery_command", "command that prints the address to listen on; not with --ip");

    private static readonly Flag<ushort> Port = Table.Port("port", DefaultPort, "port to listen on");

    private static readonly Flag<IPAddress?> AdvertiseIp =
        Table.OptionalAddress("advertise_ip", "address told to others, where they reach the agent under another than it listens on").Check(IPv4);

    private static readonly Flag<ushort?> AdvertisePort = Table.OptionalPort("advertise_port", "port told to others")
        .Check(static port => port > 0 ? null : "expected a port from 1 to 65535");

    private static readonly Flag<string?> Hostname = Table.OptionalText("hostname", "name told to others; looked up from the address when absent");

    private static readonly Flag<bool> HostnameLookup =
        Table.Bool("hostname_lookup", true, "whether an absent name is looked up; otherwise the address is the name");

    private static readonly Flag<string> WorkDirectory =
        Table.AddRequired("work_dir", FlagTypes.Path, "directory for sandboxes; choose one that outlasts a reboot");

    private static readonly Flag<string?> LauncherDirectory =
        Table.OptionalPath("launcher_dir", "directory with mesos-executor; that of the program mesos when absent")
            .Check(static path => Directory.Exists(path) ? null : "expected a directory that exists");

    private static readonly Flag<string?> Resources =
        Table.OptionalText("resources", "resources as 'cpus:4;mem:1024;ports:[31000-32000]', 'mem(role):512', or a JSON array; what is left out is measured")
            .Check(AgentResources.Validate);

    private static readonly Flag<string> DefaultRole = Table.Text("default_role", "*", "role of resources that name none").Check(RoleNames.Validate);

    private static readonly Flag<string?> Attributes = Table.OptionalText("attributes", "attributes as 'rack:r1;zone:a'")
        .Check(static text => Common.Attributes.TryParse(text ?? "", out _, out string? error) ? null : error);

    private static readonly Flag<JsonElement?> Domain =
        Table.OptionalJsonObject("domain", "region and zone of the agent, such as {\"fault_domain\": {\"region\": {\"name\": \"a\"}, \"zone\": {\"name\": \"b\"}}}")
            .Check(static json => StartFlags.TryReadDomain(json, out _, out string? error) ? null : error);

    private static readonly Flag<JsonElement?> Features =
        Table.OptionalJsonObject("agent_features", "the only capabilities told to masters, such as {\"capabilities\": [{\"type\": \"MULTI_ROLE\"}, ...]}; all but RESIZE_VOLUME have to be there")
            .Check(static json => StartFlags.TryReadFeatures(json, out _, out string? error) ? null : error);

    private static readonly Flag<JsonElement?> FirewallRules =
        Table.OptionalJsonObject("firewall_rules", "routes that answer nobody, such as {\"disabled_endpoints\": {\"paths\": [\"/slave(1)/state\"]}}")
            .Check(static json => StartFlags.TryReadFirewall(json, out _, out string? error) ? null : error);

    private static readonly Flag<bool> MemoryProfiling =
        Table.Bool("memory_profiling", false, "whether /memory-profiler is served, which says that there is no profiler");

    private static readonly Flag<TimeSpan> RegistrationBackoffFactor =
        Table.Duration("registration_backoff_factor", "1secs", "longest random wait before the first attempt to register; retries double it, up to 1mins")
            .Check(static factor => factor > SlaveOptions.MaxRegistrationRetryInterval ? "must not be more than 1mins" : null);

    private static readonly Flag<string?> CredentialPath =
        Table.OptionalPath("credential", "file with the principal and the secret that prove to the master who the agent is, in JSON or as two words")
            .Check(static path => path is null || CredentialsFile.TryReadOne(path, NullLogger.Instance, out _, out string? error) ? null : error);

    private static readonly Flag<bool> AuthenticateHttpReadOnly =
        Table.Bool("authenticate_http_readonly", false, "whether routes that only show something ask who calls; needs http_credentials");

    private static readonly Flag<bool> AuthenticateHttpReadWrite =
        Table.Bool("authenticate_http_readwrite", false, "whether routes that change something ask who calls; needs http_credentials");

    private static readonly Flag<string?> HttpCredentialsPath =
        Table.OptionalPath("http_credentials", "file with principals and secrets of those who may call, in JSON or one pair per line")
            .Check(static path => path is null || CredentialsFile.TryRead(path, NullLogger.Instance, out _, out string? error) ? null : error);

    private static readonly Flag<TimeSpan> AuthenticationBackoffFactor =
        Table.Duration("authentication_backoff_factor", "1secs", "half of what the longest wait for a proof lies above the shortest at first; it doubles");

    private static readonly Flag<TimeSpan> AuthenticationTimeoutMin =
        Table.Duration("authentication_timeout_min", "5secs", "shortest wait before a proof is given again");

    private static readonly Flag<TimeSpan> AuthenticationTimeoutMax =
        Table.Duration("authentication_timeout_max", "1mins", "longest wait before a proof is given again");

    private static readonly Flag<TimeSpan> ExecutorRegistrationTimeout =
        Table.Duration("executor_registration_timeout", "1mins", "how long an executor may take to register before it is killed");

    private static readonly Flag<TimeSpan> ExecutorShutdownGracePeriod =
        Table.Duration("executor_shutdown_grace_period", "5secs", "how long an executor may take to end before it is killed; executors may ask for another time");

    private static readonly Flag<JsonElement?> ExecutorEnvironmentVariables =
        Table.OptionalJsonObject("executor_environment_variables", "variables for all executors, as a JSON object of texts")
            .Check(static variables => variables is { } given ? ExecutorVariables.Defect(given) : null);

    private static readonly Flag<bool> SwitchUser =
        Table.Bool("switch_user", true, "whether executors run as the user the framework names; needs root where that is not the agent's own");

    private static readonly Flag<ulong> MaxCompletedExecutors =
        Table.Count("max_completed_executors_per_framework", 150, "how many ended executors of a framework are remembered");

    private static readonly Flag<string> Containerizers =
        Table.Text("containerizers", "mesos", "what starts containers; only mesos is built").Check(ContainerChoices.CheckContainerizers);

    private static readonly Flag<string> Launcher =
        Table.Text("launcher", "posix", "what starts the processes of containers; only posix is built").Check(ContainerChoices.CheckLauncher);

    private static readonly Flag<string> Isolation =
        Table.Text("isolation", "posix/cpu,posix/mem", "what keeps containers apart; only posix/cpu and posix/mem, which measure and do not limit, are built")
            .Check(ContainerChoices.CheckIsolation)
            .WarnWhen(ContainerChoices.WarnOfIsolation);

    private static readonly Flag<string> Recover =
        Table.Text("recover", "reconnect", "what becomes of executors of an earlier run: reconnect takes them up, cleanup ends them and then the agent")
            .OneOf("reconnect", "cleanup");

    private static readonly Flag<bool> Strict =
        Table.Bool("strict", true, "whether a file of an earlier run that cannot be understood ends the agent; otherwise it is passed over");

    private static readonly Flag<string> ReconfigurationPolicy =
        Table.Text("reconfiguration_policy", "equal", "what may change while the agent keeps its id: equal, nothing; additive, resources may grow and attributes be added")
            .OneOf("equal", "additive");

    private static readonly Flag<TimeSpan> ExecutorReregistrationTimeout =
        Table.Duration("executor_reregistration_timeout", "2secs", "how long executors may take to come back after the agent was started again; at most 15secs")
            .Check(static timeout => timeout > TimeSpan.FromSeconds(15) ? "must not be more than 15secs" : null);

    private static readonly Flag<TimeSpan?> ExecutorReregistrationRetryInterval =
        Table.OptionalDuration("executor_reregistration_retry_interval", "how often executors are asked again to come back; once when absent")
            .Check(static interval => interval > TimeSpan.Zero ? null : "must be more than 0");

    private static readonly Flag<TimeSpan> RecoveryTimeout =
        Table.Duration("recovery_timeout", "15mins", "how long executors wait for an agent that has gone before they end");

    private static readonly Flag<TimeSpan> GcDelay =
        Table.Duration("gc_delay", "1weeks", "how long sandboxes and checkpoints are kept after their end, on an empty disk");

    private static readonly Flag<double> GcDiskHeadroom =
        Table.Number("gc_disk_headroom", 0.1, "share of the disk that is to stay free: sandboxes are kept for gc_delay * max(0, 1 - gc_disk_headroom - used share)")
            .Check(static share => share is >= 0 and <= 1 ? null : "must be between 0.0 and 1.0");

    private static readonly Flag<TimeSpan> DiskWatchInterval =
        Table.Duration("disk_watch_interval", "1mins", "how often is looked at how full the disk of the work directory is")
            .Check(static interval => interval > TimeSpan.Zero ? null : "must be more than 0");

    static SlaveFlags()
    {
        Table.Path("runtime_dir", "/var/run/mesos", "directory for state that does not outlast a reboot").NoEffect("nothing is kept there yet");
        Table.Duration("zk_session_timeout", "10secs", "how long a session of ZooKeeper lasts").NoEffect("it needs ZooKeeper, which is not built");
        ModuleFlags.AddTo(Table);
        SecurityFlags.AddTo(Table);
        ExecutorApiFlags.AddTo(Table);
        ImageFlags.AddTo(Table);
        DockerFlags.AddTo(Table);
        FetcherFlags.AddTo(Table);
        CgroupFlags.AddTo(Table);
        VolumeFlags.AddTo(Table);
        NetworkFlags.AddTo(Table);
        PortMappingFlags.AddTo(Table);
        Table.Check(static values => values.IsGiven(Ip) && values.IsGiven(IpDiscoveryCommand)
            ? "Flags --ip and --ip_discovery_command both say where to listen: give one of them"
            : null);
        Table.Check(static values => (values.Get(AuthenticateHttpReadOnly) || values.Get(AuthenticateHttpReadWrite)) && values.Get(HttpCredentialsPath) is null
            ? "Flags --authenticate_http_readonly and --authenticate_http_readwrite need --http_credentials: without it nobody could be let in"
            : null);
        Table.Check(static values => values.Get(AuthenticationTimeoutMin) > values.Get(AuthenticationTimeoutMax)
            ? $"Value '{Duration.FromTimeSpan(values.Get(AuthenticationTimeoutMin))}' of flag --authentication_timeout_min is not accepted: " +
                $"it is more than --authentication_timeout_max={Duration.FromTimeSpan(values.Get(AuthenticationTimeoutMax))}"
            : null);
    }

    /// <summary>What the agent is told.</summary>
    /// <param name="values">Loaded from <see cref="Table"/>, help not requested.</param>
    /// <param name="node">What <see cref="ApplyTo"/> made, from which follows where executors listen; null for what the flags alone say.</param>
    /// <param name="logger">Told of a credential that others can read; null for nobody.</param>
    /// <exception cref="SlaveException">A file that a flag names cannot be read any more.</exception>
    public static SlaveOptions ToOptions(FlagValues values, ProcessManagerOptions? node = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        logger ??= NullLogger.Instance;
        if (values.IsGiven(HttpCredentialsPath) && !values.Get(AuthenticateHttpReadOnly) && !values.Get(AuthenticateHttpReadWrite))
        {
            LogNobodyIsAsked(logger);
        }

        return new SlaveOptions
        {
            WorkDirectory = values.Get(WorkDirectory),
            LauncherDirectory = values.Get(LauncherDirectory),
            Hostname = values.Get(Hostname),
            HostnameLookup = values.Get(HostnameLookup),
            Resources = values.Get(Resources),
            DefaultRole = values.Get(DefaultRole),
            Attributes = values.Get(Attributes),
            Domain = StartFlags.TryReadDomain(values.Get(Domain), out DomainInfo? domain, out _) ? domain : null,
            Features = StartFlags.TryReadFeatures(values.Get(Features), out SlaveCapabilities? features, out _) && features is not null
                ? AgentCapabilities.Of(features.Capabilities)
                : SlaveOptions.AllFeatures,
            RegistrationBackoffFactor = values.Get(RegistrationBackoffFactor),
            Credential = ReadCredential(values.Get(CredentialPath), logger),
            AuthenticateHttpReadOnly = values.Get(AuthenticateHttpReadOnly),
            AuthenticateHttpReadWrite = values.Get(AuthenticateHttpReadWrite),
            HttpCredentials = ReadCredentials(values.Get(HttpCredentialsPath), logger),
            AuthenticationBackoff = new AuthenticationBackoff(
                values.Get(AuthenticationBackoffFactor), values.Get(AuthenticationTimeoutMin), values.Get(AuthenticationTimeoutMax)),
            ExecutorRegistrationTimeout = values.Get(ExecutorRegistrationTimeout),
            ExecutorShutdownGracePeriod = values.Get(ExecutorShutdownGracePeriod),
            Recover = values.Get(Recover) == "cleanup" ? SlaveRecovery.Cleanup : SlaveRecovery.Reconnect,
            Strict = values.Get(Strict),
            ReconfigurationPolicy = values.Get(ReconfigurationPolicy),
            ExecutorReregistrationTimeout = values.Get(ExecutorReregistrationTimeout),
            ExecutorReregistrationRetryInterval = values.Get(ExecutorReregistrationRetryInterval),
            RecoveryTimeout = values.Get(RecoveryTimeout),
            GcDelay = values.Get(GcDelay),
            GcDiskHeadroom = values.Get(GcDiskHeadroom),
            DiskWatchInterval = values.Get(DiskWatchInterval),
            ExecutorEnvironmentVariables = values.Get(ExecutorEnvironmentVariables) is { } variables
                ? variables.EnumerateObject().ToDictionary(static v => v.Name, static v => v.Value.GetString()!, StringComparer.Ordinal)
                : [],
            ExecutorIp = StartFlags.ExecutorIp(node ?? ApplyTo(values, new ProcessManagerOptions { Ip = IPAddress.Any })),
            SwitchUser = values.Get(SwitchUser),
            MaxCompletedExecutorsPerFramework = (int)Math.Min(values.Get(MaxCompletedExecutors), int.MaxValue),
            Flags = values.AsText().ToDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>Where the agent looks for the master.</summary>
    /// <exception cref="SlaveException">A file that names the master cannot be read any more.</exception>
    public static MasterLocation MasterOf(FlagValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return MasterLocation.TryParse(values.Get(Master), out MasterLocation? location, out string? error) ? location : throw new SlaveException(error);
    }

    /// <summary>The address that <c>--ip_discovery_command</c> prints; null where there is no such command.</summary>
    /// <exception cref="SlaveException">The command fails, or prints something else.</exception>
    public static async Task<IPAddress?> DiscoverIpAsync(FlagValues values, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Get(IpDiscoveryCommand) is { } command ? await IpDiscovery.RunAsync(command, cancellation).ConfigureAwait(false) : null;
    }

    /// <summary>The node the agent runs on: its addresses, and the agent as what paths without a process go to.</summary>
    /// <param name="values">Loaded from <see cref="Table"/>.</param>
    /// <param name="options">What else is known of the node.</param>
    public static ProcessManagerOptions ApplyTo(FlagValues values, ProcessManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Ip = values.Get(Ip) ?? options.Ip,
            Port = values.Get(Port),
            AdvertiseIp = values.Get(AdvertiseIp) ?? options.AdvertiseIp,
            AdvertisePort = values.Get(AdvertisePort) ?? options.AdvertisePort,
            Delegate = "slave(1)",
            ReadOnlyRealm = HttpRealms.ReadOnly,
            ReadWriteRealm = HttpRealms.ReadWrite,
            Firewall = StartFlags.TryReadFirewall(values.Get(FirewallRules), out DisabledEndpointsRule? rule, out _) && rule is not null
                ? [.. options.Firewall, rule]
                : options.Firewall,
            MemoryProfiling = values.IsGiven(MemoryProfiling) ? values.Get(MemoryProfiling) : options.MemoryProfiling,
        };
    }

    private static Credential? ReadCredential(string? path, ILogger logger) => path is null ? null
        : CredentialsFile.TryReadOne(path, logger, out Credential? credential, out string? error) ? credential
        : throw new SlaveException(error);

    private static Credentials? ReadCredentials(string? path, ILogger logger) => path is null ? null
        : CredentialsFile.TryRead(path, logger, out Credentials? credentials, out string? error) ? credentials
        : throw new SlaveException(error);

    [LoggerMessage(3660, LogLevel.Warning, "--http_credentials have no effect: neither --authenticate_http_readonly nor --authenticate_http_readwrite asks for them")]
    private static partial void LogNobodyIsAsked(ILogger logger);

    private static string? IPv4(IPAddress? address) =>
        address?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? null : "expected an IPv4 address";
}

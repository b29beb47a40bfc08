using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.Json;
using LibProcess.Processes;
using Mesos.Authentication;
using Mesos.Common;
using Mesos.Common.Flags;
using Mesos.Common.Json;
using Mesos.Common.Messages;
using Mesos.Common.Roles;
using Mesos.Proto;
using Microsoft.Extensions.Logging.Abstractions;
using RateLimit = LibProcess.Futures.RateLimit;

namespace Mesos.Master;

/// <summary>The flags of the master: only those that have an effect. Logging flags are those of the program.</summary>
/// <remarks>Upstream: src/master/flags.cpp. Names, defaults and meanings are the original's.</remarks>
public static class MasterFlags
{
    private const string LocalRegistry = "local";
    private const string InMemoryRegistry = "in_memory";

    /// <summary>All flags of the master.</summary>
    public static readonly FlagTable Table = new("mesos master");

    private static readonly Flag<IPAddress?> Ip = Table.OptionalAddress("ip", "address to listen on; all addresses when absent");
    private static readonly Flag<ushort> Port = Table.Port("port", 5050, "port to listen on");
    private static readonly Flag<IPAddress?> AdvertiseIp = Table.OptionalAddress("advertise_ip", "address told to others");
    private static readonly Flag<ushort?> AdvertisePort = Table.OptionalPort("advertise_port", "port told to others");
    private static readonly Flag<string?> Hostname = Table.OptionalText("hostname", "name published to others; the address when absent");
    private static readonly Flag<string?> Cluster = Table.OptionalText("cluster", "name of the cluster, for people");
    private static readonly Flag<string?> WorkDirectory =
        Table.OptionalPath("work_dir", "where durable state lives; required unless --registry=in_memory");

    private static readonly Flag<string> Registry =
        Table.Text("registry", LocalRegistry, "how the registry is kept: local (a file below --work_dir, for clusters with one master) or in_memory")
            .Check(kind => kind switch
            {
                LocalRegistry or InMemoryRegistry => null,
                "replicated_log" => "'replicated_log' is not built yet: use 'local', which is as durable, but for one master only",
                _ => "expected 'local' or 'in_memory'",
            });

    private static readonly Flag<TimeSpan> RegistryFetchTimeout =
        Table.Duration("registry_fetch_timeout", "1mins", "limit for reading the registry; beyond it the master ends").Check(Positive);

    private static readonly Flag<TimeSpan> RegistryStoreTimeout =
        Table.Duration("registry_store_timeout", "20secs", "limit for writing the registry; beyond it the master ends").Check(Positive);

    private static readonly Flag<TimeSpan> RegistryGcInterval =
        Table.Duration("registry_gc_interval", "15mins", "how often old agents are pruned from the registry").Check(Positive);

    private static readonly Flag<TimeSpan> RegistryMaxAgentAge =
        Table.Duration("registry_max_agent_age", "2weeks", "how long unreachable and gone agents are remembered");

    private static readonly Flag<int> RegistryMaxAgentCount =
        Table.Integer("registry_max_agent_count", 100 * 1024, "how many unreachable, and how many gone agents are remembered").Check(NotNegative);

    private static readonly Flag<string> RecoveryAgentRemovalLimit =
        Table.Text(
                "recovery_agent_removal_limit",
                "100%",
                "largest share of the known agents that may be given up after a failover; beyond it the master ends instead")
            .DeprecatedAlias("recovery_slave_removal_limit")
            .Check(text => TryParsePercentage(text, out _) ? null : "expected a percentage from 0% to 100%");

    private static readonly Flag<string?> AgentRemovalRateLimit =
        Table.OptionalText("agent_removal_rate_limit", "how often agents that do not answer may be given up, such as 1/10mins; no limit when absent")
            .DeprecatedAlias("slave_removal_rate_limit")
            .Check(text => RateLimit.TryParse(text ?? string.Empty, out _, out string? error) ? null : error);

    private static readonly Flag<JsonElement?> Domain =
        Table.OptionalJsonObject("domain", "region and zone of the master, such as {\"fault_domain\": {\"region\": {\"name\": \"a\"}, \"zone\": {\"name\": \"b\"}}}")
            .Check(json => TryParseDomain(json, out _, out string? error) ? null : error);

    private static readonly Flag<bool> RequireAgentDomain = Table.Bool("require_agent_domain", false, "refuse agents without a fault domain");

    private static readonly Flag<bool> PublishPerFrameworkMetrics =
        Table.Bool("publish_per_framework_metrics", true, "publish metrics of each framework");

    private static readonly Flag<TimeSpan> AllocationInterval =
        Table.Duration("allocation_interval", "1secs", "time between passes of the allocator").Check(Positive);

    private static readonly Flag<TimeSpan> AgentPingTimeout =
        Table.Duration("agent_ping_timeout", "15secs", "wait for each answer to a ping, from 1 second to 15 minutes")
            .DeprecatedAlias("slave_ping_timeout")
            .Check(value => value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromMinutes(15) ? null : "expected 1secs to 15mins");

    private static readonly Flag<int> MaxAgentPingTimeouts =
        Table.Integer("max_agent_ping_timeouts", 5, "pings in a row an agent may miss before it is marked unreachable")
            .DeprecatedAlias("max_slave_ping_timeouts")
            .Check(AtLeastOne);

    private static readonly Flag<TimeSpan> AgentReregisterTimeout =
        Table.Duration("agent_reregister_timeout", "10mins", "time a disconnected agent has to come back, at least 10 minutes")
            .DeprecatedAlias("slave_reregister_timeout")
            .Check(value => value >= TimeSpan.FromMinutes(10) ? null : "expected at least 10mins");

    private static readonly Flag<TimeSpan?> OfferTimeout =
        Table.OptionalDuration("offer_timeout", "take an unanswered offer back after this time; never when absent")
            .Check(value => value > TimeSpan.Zero ? null : "expected more than zero");

    private static readonly Flag<string?> Roles =
        Table.OptionalText("roles", "the only roles frameworks may use, separated by commas; any when absent")
            .Check(text => RoleNames.Validate(RoleNames.ParseList(text ?? string.Empty)))
            .Deprecated();

    private static readonly Flag<string?> Weights =
        Table.OptionalText("weights", "weights of roles: role=weight,role=weight")
            .Check(text => TryParseWeights(text ?? string.Empty, out _, out string? error) ? null : error)
            .Deprecated();

    private static readonly Flag<bool> RootSubmissions = Table.Bool("root_submissions", true, "let frameworks run as user root");
    private static readonly Flag<bool> FilterGpuResources =
        Table.Bool("filter_gpu_resources", true, "offer agents with GPUs only to frameworks with the GPU_RESOURCES capability");

    private static readonly Flag<string> MinAllocatableResources =
        Table.Text("min_allocatable_resources", "cpus:0.01|mem:32", "smallest sets of resources worth offering, separated by |")
            .Check(text => TryParseMinimums(text, out _, out string? error) ? null : error);

    private static readonly Flag<bool> AuthenticateFrameworks =
        Table.Bool("authenticate_frameworks", false, "let only frameworks in that prove who they are").DeprecatedAlias("authenticate");

    private static readonly Flag<bool> AuthenticateAgents =
        Table.Bool("authenticate_agents", false, "let only agents in that prove who they are").DeprecatedAlias("authenticate_slaves");

    private static readonly Flag<TimeSpan> AuthenticationTimeout =
        Table.Duration("authentication_v0_timeout", "15secs", "time a framework or agent has to prove who it is").Check(Positive);

    private static readonly Flag<string?> CredentialsPath =
        Table.OptionalPath("credentials", "file with principals and their secrets, in JSON, or one principal and secret per line")
            .Check(path => path is null || CredentialsFile.TryRead(path, NullLogger.Instance, out _, out string? error) ? null : error);

    private static readonly Flag<int> MaxCompletedFrameworks =
        Table.Integer("max_completed_frameworks", 50, "ended frameworks kept in memory").Check(NotNegative);

    private static readonly Flag<int> MaxCompletedTasks =
        Table.Integer("max_completed_tasks_per_framework", 1000, "ended tasks kept per framework").Check(NotNegative);

    private static readonly Flag<int> MaxUnreachableTasks =
        Table.Integer("max_unreachable_tasks_per_framework", 1000, "unreachable tasks kept per framework").Check(NotNegative);

    static MasterFlags()
    {
        Table.Check(values => values.Get(Registry) == LocalRegistry && values.Get(WorkDirectory) is null
            ? "--work_dir is needed for the registry; or give --registry=in_memory to have it end with the master"
            : null);
    }

    /// <summary>Fills the options of a master.</summary>
    /// <param name="values">Loaded from <see cref="Table"/>, or from a table that includes it.</param>
    public static MasterOptions ToOptions(FlagValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new MasterOptions
        {
            Hostname = values.Get(Hostname),
            Cluster = values.Get(Cluster),
            WorkDirectory = values.Get(WorkDirectory),
            Registry = values.Get(Registry) == InMemoryRegistry ? RegistryKind.InMemory : RegistryKind.Local,
            RegistryFetchTimeout = values.Get(RegistryFetchTimeout),
            RegistryStoreTimeout = values.Get(RegistryStoreTimeout),
            RegistryGcInterval = values.Get(RegistryGcInterval),
            RegistryMaxAgentAge = values.Get(RegistryMaxAgentAge),
            RegistryMaxAgentCount = values.Get(RegistryMaxAgentCount),
            RecoveryAgentRemovalLimit = TryParsePercentage(values.Get(RecoveryAgentRemovalLimit), out double share) ? share : 1,
            AgentRemovalRateLimit = RateLimit.TryParse(values.Get(AgentRemovalRateLimit) ?? string.Empty, out RateLimit rate, out _) ? rate : null,
            Domain = TryParseDomain(values.Get(Domain), out DomainInfo? domain, out _) ? domain : null,
            RequireAgentDomain = values.Get(RequireAgentDomain),
            PublishPerFrameworkMetrics = values.Get(PublishPerFrameworkMetrics),
            AllocationInterval = values.Get(AllocationInterval),
            AgentPingTimeout = values.Get(AgentPingTimeout),
            MaxAgentPingTimeouts = values.Get(MaxAgentPingTimeouts),
            AgentReregisterTimeout = values.Get(AgentReregisterTimeout),
            OfferTimeout = values.Get(OfferTimeout),
            Roles = values.Get(Roles) is { } roles ? new HashSet<string>(RoleNames.ParseList(roles), StringComparer.Ordinal) : null,
            Weights = ParseWeights(values.Get(Weights)),
            RootSubmissions = values.Get(RootSubmissions),
            FilterGpuResources = values.Get(FilterGpuResources),
            MinAllocatableResources = ParseMinimums(values.Get(MinAllocatableResources)),
            AuthenticateFrameworks = values.Get(AuthenticateFrameworks),
            AuthenticateAgents = values.Get(AuthenticateAgents),
            AuthenticationTimeout = values.Get(AuthenticationTimeout),
            Credentials = ReadCredentials(values.Get(CredentialsPath)),
            MaxCompletedFrameworks = values.Get(MaxCompletedFrameworks),
            MaxCompletedTasksPerFramework = values.Get(MaxCompletedTasks),
            MaxUnreachableTasksPerFramework = values.Get(MaxUnreachableTasks),
            Flags = [.. values.AsText()],
        };
    }

    /// <summary>The options of the node of a master: its address, and the master as answer to paths that name no process.</summary>
    /// <param name="values">As for <see cref="ToOptions"/>.</param>
    /// <param name="options">Everything the flags do not say.</param>
    public static ProcessManagerOptions ToNodeOptions(FlagValues values, ProcessManagerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        return WireMessageSchema.ApplyTo(options ?? new ProcessManagerOptions()) with
        {
            Ip = values.Get(Ip) ?? options?.Ip ?? IPAddress.Any,
            Port = values.Get(Port),
            AdvertiseIp = values.Get(AdvertiseIp) ?? options?.AdvertiseIp,
            AdvertisePort = values.Get(AdvertisePort) ?? options?.AdvertisePort,
            Delegate = MasterProcess.ProcessId,
        };
    }

    private static Proto.Credentials? ReadCredentials(string? path) =>
        path is not null && CredentialsFile.TryRead(path, NullLogger.Instance, out Proto.Credentials? credentials, out _) ? credentials : null;

    private static IReadOnlyDictionary<string, double> ParseWeights(string? text) =>
        TryParseWeights(text ?? string.Empty, out IReadOnlyDictionary<string, double>? weights, out _) ? weights : new Dictionary<string, double>();

    private static IReadOnlyList<ResourceQuantities> ParseMinimums(string text) =>
        TryParseMinimums(text, out IReadOnlyList<ResourceQuantities>? minimums, out _) ? minimums : [];

    private static bool TryParseWeights(
        string text,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, double>? weights,
        [NotNullWhen(false)] out string? error)
    {
        (weights, error) = (null, null);
        var parsed = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string entry in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !TryParseAmount(parts[1], out double weight) || weight == 0)
            {
                error = $"expected role=weight,role=weight with weights above zero, but found '{entry}'";
                return false;
            }

            parsed[parts[0]] = weight;
        }

        weights = parsed;
        return true;
    }

    private static bool TryParseMinimums(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<ResourceQuantities>? minimums,
        [NotNullWhen(false)] out string? error)
    {
        (minimums, error) = (null, null);
        List<ResourceQuantities> parsed = [];
        foreach (string alternative in text.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!ResourceQuantities.TryParse(alternative, out ResourceQuantities? quantities, out error))
            {
                error = $"expected sets such as cpus:0.01;mem:32 separated by |; {error}";
                return false;
            }

            parsed.Add(quantities);
        }

        minimums = parsed;
        return true;
    }

    private static bool TryParsePercentage(string text, out double share)
    {
        bool parsed = TryParseAmount(text.EndsWith('%') ? text[..^1] : text, out double percent) && percent <= 100;
        share = percent / 100;
        return parsed;
    }

    private static bool TryParseDomain(JsonElement? json, out DomainInfo? domain, [NotNullWhen(false)] out string? error)
    {
        (domain, error) = (null, null);
        return json is not { } element || ProtobufJsonReader.TryParse(element, out domain, out error);
    }

    private static bool TryParseAmount(string text, out double amount) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount) && double.IsFinite(amount);

    private static string? Positive(TimeSpan value) => value > TimeSpan.Zero ? null : "expected more than zero";

    private static string? AtLeastOne(int value) => value >= 1 ? null : "expected at least 1";

    private static string? NotNegative(int value) => value >= 0 ? null : "expected zero or more";
}

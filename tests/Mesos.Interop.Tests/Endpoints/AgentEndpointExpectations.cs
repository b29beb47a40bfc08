namespace Mesos.Interop.Tests.Endpoints;

/// <summary>What of the recorded agent's answers depends on the run, and where this agent answers differently on purpose.</summary>
internal static class AgentEndpointExpectations
{
    private const string OtherBuilds = "a flag of builds of the original with port mapping or XFS, which this agent declares, so as to refuse it";
    private const string Program = "a flag of the program around the agent, which is not asked here; Mesos.Cli.Tests ask it";

    /// <summary>Values that depend on host, build or moment, by the end of their paths: there and of the recorded type, and no more.</summary>
    public static readonly IReadOnlySet<string> TypeOnly = new HashSet<string>
    {
        "build_date", "build_time", "build_user", "git_sha", "start_time", "status.executor_pid", "statistics.timestamp",
        "slave/recovery_time_secs", "slave/uptime_secs",
        "system/cpus_total", "system/load_1min", "system/load_5min", "system/load_15min", "system/mem_free_bytes", "system/mem_total_bytes",
    };

    /// <summary>Where this agent differs, and why. A path may end with a star.</summary>
    public static readonly IReadOnlyDictionary<string, string> Differences = new Dictionary<string, string>
    {
        ["/state master_hostname"] = "a master that is named by its address has that for a name: it is not looked up backwards",
        ["flags.initialize_driver_logging"] = Program,
        ["flags.logbufsecs"] = Program,
        ["flags.logging_level"] = Program,
        ["flags.quiet"] = Program,
        ["flags.version"] = Program,
        ["flags.check_agent_port_range_only"] = OtherBuilds,
        ["flags.container_ports_watch_interval"] = OtherBuilds,
        ["flags.egress_flow_classifier_parent"] = OtherBuilds,
        ["flags.egress_unique_flow_per_container"] = OtherBuilds,
        ["flags.enforce_container_ports"] = OtherBuilds,
        ["flags.ephemeral_ports_per_container"] = OtherBuilds,
        ["flags.ingress_isolate_existing_containers"] = OtherBuilds,
        ["flags.network_enable_*"] = OtherBuilds,
        ["flags.xfs_*"] = OtherBuilds,
        ["/metrics/snapshot containerizer/fetcher/cache_size_total_bytes"] = "the cache of the fetcher is not built: it holds nothing",
        ["/metrics/snapshot containerizer/fetcher/task_fetches_succeeded"] = "the fetcher is not built; the original counts tasks with nothing to fetch",
        ["/metrics/snapshot libprocess/*"] = "the node's own counts, which the original does not have",
        ["/metrics/snapshot slave/checkpoint_syncs"] = "a count the original does not have",
        ["/metrics/snapshot slave/dropped_messages"] = "a count the original does not have",
        ["/metrics/snapshot slave/unsupported_messages"] = "a count the original does not have",
    };

    /// <summary>Endpoints of which nothing is compared, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotCompared = new Dictionary<string, string>
    {
        ["/files/debug"] = "files below the work directory are not served yet",
        ["/__processes__"] = "tells of what the program is made",
        ["/api/v1"] = "the v1 API is not built",
    };

    /// <summary>Whether something found is what a listed difference tells of.</summary>
    public static bool Tells(string listed, string endpoint, string path)
    {
        string pattern = listed.StartsWith('/') ? listed : $"{endpoint} {listed}";
        string found = $"{endpoint} {path}";
        return pattern.EndsWith('*') ? found.StartsWith(pattern[..^1], StringComparison.Ordinal) : found == pattern;
    }
}

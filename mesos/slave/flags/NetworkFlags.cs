using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Networks of containers, and IPv6.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class NetworkFlags
{
    private const string NoNetworks = "containers share the network of the agent";
    private const string NoPorts = "it needs the isolator network/ports, which is not built";
    private const string NoCni = "it needs networks of containers, which are not built";
    private const string NoIPv6 = "nodes speak IPv4 only";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalText("ip6", "IPv6 address told for host-network containers").NotBuilt(NoIPv6);
        table.OptionalText("ip6_discovery_command", "program that prints the IPv6 address").NotBuilt(NoIPv6);
        table.OptionalText("network_cni_plugins_dir", "search path of CNI plugins").NotBuilt(NoNetworks);
        table.OptionalText("network_cni_config_dir", "directory of CNI network configs").NotBuilt(NoNetworks);
        table.OptionalJsonObject("default_container_dns", "JSON DNS settings for CNI and docker networks").NotBuilt(NoNetworks);
        table.Bool("network_cni_root_dir_persist", false, "keep CNI state over reboot").NoEffect(NoCni);
        table.Bool("network_cni_metrics", true, "collect network statistics of CNI containers").NoEffect(NoCni);
        table.Bool("enforce_container_ports", false, "kill containers listening on ports they do not own")
            .NotBuilt("which ports containers use is not watched");
        table.Duration("container_ports_watch_interval", "30secs", "how often listening ports are checked").NoEffect(NoPorts);
        table.Bool("check_agent_port_range_only", false, "only police ports inside the agent port resource").NoEffect(NoPorts);
        table.OptionalText("container_ports_isolated_range", "only police this port range").NoEffect(NoPorts);
    }
}

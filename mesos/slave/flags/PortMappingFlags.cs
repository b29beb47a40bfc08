using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>The isolator network/port_mapping, which the original has in special builds only.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class PortMappingFlags
{
    private const string Reason = "containers share the network of the agent and its ports";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.Port("ephemeral_ports_per_container", 1024, "ephemeral ports each (power of 2)").NotBuilt(Reason);
        table.OptionalText("eth0_name", "public interface").NotBuilt(Reason);
        table.OptionalText("lo_name", "loopback interface").NotBuilt(Reason);
        table.OptionalBytes("egress_rate_limit_per_container", "outgoing bytes per second limit").NotBuilt(Reason);
        table.OptionalText("egress_rate_per_cpu", "outgoing limit per CPU, or auto").NotBuilt(Reason);
        table.OptionalBytes("minimum_egress_rate_limit", "lower bound of the per CPU outgoing limit").NotBuilt(Reason);
        table.OptionalBytes("maximum_egress_rate_limit", "upper bound of the per CPU outgoing limit").NotBuilt(Reason);
        table.OptionalBytes("egress_ceil_limit", "extra outgoing burst rate").NotBuilt(Reason);
        table.OptionalBytes("egress_burst", "outgoing burst size").NotBuilt(Reason);
        table.Bool("egress_unique_flow_per_container", false, "own flow per container (fq_codel)").NotBuilt(Reason);
        table.Text("egress_flow_classifier_parent", "root", "where the flow classifier is attached").NotBuilt(Reason);
        table.OptionalBytes("ingress_rate_limit_per_container", "incoming bytes per second limit").NotBuilt(Reason);
        table.OptionalText("ingress_rate_per_cpu", "incoming limit per CPU, or auto").NotBuilt(Reason);
        table.OptionalBytes("minimum_ingress_rate_limit", "lower bound of the per CPU incoming limit").NotBuilt(Reason);
        table.OptionalBytes("maximum_ingress_rate_limit", "upper bound of the per CPU incoming limit").NotBuilt(Reason);
        table.OptionalBytes("ingress_ceil_limit", "extra incoming burst rate").NotBuilt(Reason);
        table.OptionalBytes("ingress_burst", "incoming burst size").NotBuilt(Reason);
        table.Bool("ingress_isolate_existing_containers", true, "also limit containers that already run").NotBuilt(Reason);
        table.OptionalBytes("network_link_speed", "link speed override for auto rates").NotBuilt(Reason);
        table.Bool("network_enable_socket_statistics_summary", false, "collect socket summary").NotBuilt(Reason);
        table.Bool("network_enable_socket_statistics_details", false, "collect per socket details").NotBuilt(Reason);
        table.Bool("network_enable_snmp_statistics", false, "collect SNMP counters").NotBuilt(Reason);
        table.Bool("network_enable_rate_statistics", false, "collect rate percentiles").NotBuilt(Reason);
        table.OptionalDuration("network_rate_statistics_window", "window of rate statistics").NotBuilt(Reason);
        table.OptionalDuration("network_rate_statistics_interval", "sampling step of rate statistics").NotBuilt(Reason);
    }
}

using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Control groups, and what the kernel counts with them.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class CgroupFlags
{
    private const string NoCgroups = "containers are measured, not limited: cgroups are not used";
    private const string Unused = "it needs cgroups, which are not built";
    private const string NoPerf = "it needs the isolator cgroups/perf_event, which is not built";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalText("agent_subsystems", "cgroups for the agent process itself").DeprecatedAlias("slave_subsystems").NotBuilt(NoCgroups);
        table.Bool("cgroups_enable_cfs", false, "hard CPU limits through CFS quota").NotBuilt(NoCgroups);
        table.Bool("cgroups_limit_swap", false, "limit memory plus swap (v1 cgroups only)").NotBuilt(NoCgroups);
        table.OptionalText("nvidia_gpu_devices", "which GPUs to use, by NVML index").NotBuilt("containers see all GPUs of the machine");
        table.Duration("cgroups_destroy_timeout", "1mins", "limit for removing a cgroup").NoEffect(Unused);
        table.Text("cgroups_hierarchy", "/sys/fs/cgroup", "root of the cgroup mounts").NoEffect(Unused);
        table.Text("cgroups_root", "mesos", "name of the top cgroup").NoEffect(Unused);
        table.Bool("cgroups_cpu_enable_pids_and_tids_count", false, "count processes and threads of containers").NoEffect(Unused);
        table.OptionalText("cgroups_net_cls_primary_handle", "primary handle for net_cls").NoEffect(Unused);
        table.OptionalText("cgroups_net_cls_secondary_handles", "range of secondary handles for net_cls").NoEffect(Unused);
        table.OptionalJsonObject("allowed_devices", "JSON of extra devices for cgroups/devices").NoEffect(Unused);
        table.Bool("revocable_cpu_low_priority", true, "lower CPU share for revocable containers").NoEffect(Unused);
        table.OptionalText("perf_events", "perf events to sample").NoEffect(NoPerf);
        table.Duration("perf_interval", "1mins", "time between perf samples").NoEffect(NoPerf);
        table.Duration("perf_duration", "10secs", "length of a perf sample").NoEffect(NoPerf);
        table.Bool("systemd_enable_support", true, "use systemd so that executors survive agent restart")
            .NoEffect("executors stay in the unit of the agent; let it have KillMode=process so that they survive a restart", false);
        table.Text("systemd_runtime_directory", "/run/systemd/system", "systemd runtime directory")
            .NoEffect("it needs --systemd_enable_support, which is not built");
    }
}

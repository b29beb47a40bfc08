using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Volumes, disks and their limits.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class VolumeFlags
{
    private const string NoProviders = "agents have no resource providers";
    private const string NoQuota = "what containers write is not limited";
    private const string NoXfs = "it needs the isolator disk/xfs, which is not built";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalText("resource_provider_config_dir", "directory of JSON configs of local resource providers").NotBuilt(NoProviders);
        table.OptionalText("csi_plugin_config_dir", "directory of JSON configs of CSI plugins").NotBuilt(NoProviders);
        table.OptionalText("volume_gid_range", "group ids to hand out for shared volumes of non-root tasks")
            .NotBuilt("volumes belong to the user of their container");
        table.Bool("enforce_container_disk_quota", false, "kill containers over their disk quota").NotBuilt(NoQuota);
        table.Bool("xfs_kill_containers", false, "kill containers over XFS quota").NotBuilt(NoQuota);
        table.Bool("gc_non_executor_container_sandboxes", false, "also clean sandboxes of nested and standalone containers")
            .NotBuilt("containers without an executor cannot be made");
        table.OptionalJsonObject("default_container_info", "ContainerInfo for executors that have none")
            .NotBuilt("executors run without a container of their own");
        table.OptionalText("host_path_volume_force_creation", "directories under which host paths may be created")
            .NoEffect("it needs the isolator volume/host_path, which is not built");
        table.OptionalBytes("default_container_shm_size", "default /dev/shm size")
            .NoEffect("it needs the isolator namespaces/ipc, which is not built");
        table.Duration("container_disk_watch_interval", "15secs", "how often container disk use is checked")
            .NoEffect("it needs the isolator disk/du, which is not built");
        table.Text("xfs_project_range", "[5000-10000]", "XFS project ids to use").NoEffect(NoXfs);
        table.Bytes("xfs_quota_headroom", "10MB", "distance between soft and hard XFS limit").NoEffect(NoXfs);
    }
}

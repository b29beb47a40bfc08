using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Images of containers.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class ImageFlags
{
    private const string NoImages = "it needs --image_providers, which is not built";
    private const string NoVolumeDriver = "it needs the isolator docker/volume, which is not built";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalText("image_providers", "image types supported: APPC, DOCKER").NotBuilt("containers share the file system of the agent");
        table.OptionalText("image_provisioner_backend", "root filesystem method: aufs, bind, copy or overlay; best one chosen when absent")
            .NoEffect(NoImages);
        table.OptionalJsonObject("image_gc_config", "JSON for automatic image cleaning; off when absent").NoEffect(NoImages);
        table.Text("appc_simple_discovery_uri_prefix", "http://", "prefix used to find appc images").NoEffect(NoImages);
        table.Text("appc_store_dir", "/tmp/mesos/store/appc", "where appc images are kept").NoEffect(NoImages);
        table.Text("docker_registry", "https://registry-1.docker.io", "default registry, local directory or HDFS path for images").NoEffect(NoImages);
        table.Text("docker_store_dir", "/tmp/mesos/store/docker", "where docker images are kept").NoEffect(NoImages);
        table.Bool("docker_ignore_runtime", false, "ignore ENV, CMD, WORKDIR of docker images").NoEffect(NoImages);
        table.Text("sandbox_directory", "/mnt/mesos/sandbox", "path of the sandbox inside containers").NoEffect(NoImages);
        table.Text("docker_volume_checkpoint_dir", "/var/run/mesos/isolators/docker/volume", "where docker volume state is checkpointed")
            .NoEffect(NoVolumeDriver);
        table.Bool("docker_volume_chown", false, "give docker volume mount points to the container user").NoEffect(NoVolumeDriver);
    }
}

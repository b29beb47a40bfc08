using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>The Docker containerizer.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class DockerFlags
{
    private const string NoDocker = "it needs the Docker containerizer, which is not built";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.Text("docker", "docker", "docker program to use").NoEffect(NoDocker);
        table.Duration("docker_remove_delay", "6hrs", "wait before docker rm").NoEffect(NoDocker);
        table.Bool("docker_kill_orphans", true, "kill docker containers not known after recovery").NoEffect(NoDocker);
        table.OptionalText("docker_mesos_image", "image to run executors in when the agent itself is in docker").NoEffect(NoDocker);
        table.Text("docker_socket", "/var/run/docker.sock", "docker daemon socket").NoEffect(NoDocker);
        table.OptionalValue("docker_config", FlagTypes.JsonObject with { IsSecret = true }, "docker client config (registry logins), JSON or file")
            .NoEffect(NoDocker);
        table.Duration("docker_stop_timeout", "0ns", "docker stop wait; use kill policy instead").Deprecated().NoEffect(NoDocker);
    }
}

using Mesos.Common.Protobuf;

namespace Mesos.Slave.Containerizer;

/// <summary>What an executor may ask for and this agent cannot give. Nothing of it is passed over in silence.</summary>
internal static class UnsupportedFeatures
{
    /// <returns>A sentence for the framework, or null where everything can be given.</returns>
    public static string? Find(ExecutorInfo executor)
    {
        if (executor.Type == ExecutorInfo.Types.Type.Default)
        {
            return "The default executor is not supported by this agent yet";
        }

        if (executor.Command is not { } command)
        {
            return "The executor has no command";
        }

        if (command.Uris.Count > 0)
        {
            return $"Fetching is not supported by this agent yet, but the command needs '{command.Uris[0].Value}'";
        }

        if (ExecutorVariables.Defect(command.Environment) is { } defect)
        {
            return defect;
        }

        if (!command.HasValue)
        {
            return "The command says not what to run";
        }

        return executor.Container is { } container ? Find(container) : null;
    }

    private static string? Find(ContainerInfo container)
    {
        if (container.Type != ContainerInfo.Types.Type.Mesos)
        {
            return "Docker containers are not supported by this agent yet";
        }

        string? feature =
            container.Mesos?.Image is not null ? "images" :
            container.Volumes.Count > 0 ? "volumes" :
            container.NetworkInfos.Any(Networks.IsOfItsOwn) ? "networks of their own" :
            container.HasHostname ? "host names of their own" :
            container.LinuxInfo is not null ? "capabilities, namespaces and other features of Linux" :
            container.RlimitInfo is not null ? "resource limits of processes" :
            container.TtyInfo is not null ? "terminals" : null;
        return feature is null ? null : $"Containers with {feature} are not supported by this agent yet";
    }
}

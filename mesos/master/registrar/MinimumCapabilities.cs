using Mesos.Common.Protobuf;
using Mesos.Proto.Internal;
using Capability = Mesos.Proto.MasterInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Registrar;

/// <summary>What a master must be able to do to work with a registry, by name, so that older masters can tell what they lack.</summary>
/// <remarks>Upstream: <c>missingMinimumCapabilities</c> in src/master/master.cpp.</remarks>
internal static class MinimumCapabilities
{
    /// <summary>The names a registry asks for that this master does not have.</summary>
    public static IReadOnlyList<string> Missing(Registry registry)
    {
        HashSet<string> known = [.. MasterInfos.Capabilities.Select(capability => capability.WireName())];
        return [.. registry.MinimumCapabilities.Select(minimum => minimum.Capability).Where(name => !known.Contains(name)).Distinct()];
    }

    public static void Add(Registry registry, Capability capability)
    {
        string name = capability.WireName();
        if (!registry.MinimumCapabilities.Any(minimum => minimum.Capability == name))
        {
            registry.MinimumCapabilities.Add(new Registry.Types.MinimumCapability { Capability = name });
        }
    }

    public static void Remove(Registry registry, Capability capability)
    {
        string name = capability.WireName();
        foreach (Registry.Types.MinimumCapability minimum in registry.MinimumCapabilities.Where(minimum => minimum.Capability == name).ToArray())
        {
            registry.MinimumCapabilities.Remove(minimum);
        }
    }
}

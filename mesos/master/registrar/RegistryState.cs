using Mesos.Common;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar;

/// <summary>What the registry holds, indexed for the operations on it.</summary>
/// <remarks>Upstream: src/master/registry.proto. Entries keep the order in which they were made.</remarks>
internal sealed class RegistryState
{
    /// <summary>Agents that may register again, by id.</summary>
    public Dictionary<string, SlaveInfo> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that were marked unreachable, with the time.</summary>
    public Dictionary<string, TimeInfo> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that are gone for good, with the time.</summary>
    public Dictionary<string, TimeInfo> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>The master that wrote last.</summary>
    public MasterInfo? Master { get; set; }

    /// <summary>The form that is stored and shown: resources in the older format, empty parts absent.</summary>
    public Registry ToProto()
    {
        var registry = new Registry();
        if (Master is not null)
        {
            registry.Master = new Registry.Types.Master { Info = Master.Clone() };
        }

        if (Agents.Count > 0)
        {
            registry.Slaves = new Registry.Types.Slaves();
            registry.Slaves.Slaves_.AddRange(Agents.Values.Select(info => new Registry.Types.Slave { Info = info.Clone() }));
        }

        if (Unreachable.Count > 0)
        {
            registry.Unreachable = new Registry.Types.UnreachableSlaves();
            registry.Unreachable.Slaves.AddRange(Unreachable.Select(entry =>
                new Registry.Types.UnreachableSlave { Id = new SlaveID { Value = entry.Key }, Timestamp = entry.Value.Clone() }));
        }

        if (Gone.Count > 0)
        {
            registry.Gone = new Registry.Types.GoneSlaves();
            registry.Gone.Slaves.AddRange(Gone.Select(entry =>
                new Registry.Types.GoneSlave { Id = new SlaveID { Value = entry.Key }, Timestamp = entry.Value.Clone() }));
        }

        ResourceFormat.TryDowngradeAll(registry);
        return registry;
    }
}

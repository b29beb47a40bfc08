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

    /// <summary>The form that is stored and shown.</summary>
    public Registry ToProto()
    {
        var registry = new Registry
        {
            Slaves = new Registry.Types.Slaves(),
            Unreachable = new Registry.Types.UnreachableSlaves(),
            Gone = new Registry.Types.GoneSlaves(),
        };
        if (Master is not null)
        {
            registry.Master = new Registry.Types.Master { Info = Master.Clone() };
        }

        registry.Slaves.Slaves_.AddRange(Agents.Values.Select(info => new Registry.Types.Slave { Info = info.Clone() }));
        registry.Unreachable.Slaves.AddRange(Unreachable.Select(entry =>
            new Registry.Types.UnreachableSlave { Id = new SlaveID { Value = entry.Key }, Timestamp = entry.Value.Clone() }));
        registry.Gone.Slaves.AddRange(Gone.Select(entry =>
            new Registry.Types.GoneSlave { Id = new SlaveID { Value = entry.Key }, Timestamp = entry.Value.Clone() }));
        return registry;
    }
}

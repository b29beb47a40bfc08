using Google.Protobuf;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar;

/// <summary>What the registry holds, indexed for the operations on it. Resources are in the older format, as they are stored.</summary>
/// <remarks>Upstream: src/master/registry.proto. Entries keep the order in which they were made.</remarks>
internal sealed class RegistryState
{
    private RegistryState(Registry rest)
    {
        Rest = rest;
    }

    /// <summary>Agents that may register again, by id.</summary>
    public OrderedDictionary<string, Registry.Types.Slave> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that were marked unreachable, by id.</summary>
    public OrderedDictionary<string, Registry.Types.UnreachableSlave> Unreachable { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that are gone for good, by id.</summary>
    public OrderedDictionary<string, Registry.Types.GoneSlave> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Everything but agents: machines, schedules, quotas, weights, capabilities, and what a later version may have added.</summary>
    public Registry Rest { get; }

    /// <summary>A registry in which nothing has been stored.</summary>
    public static RegistryState Empty() => new(new Registry());

    /// <summary>Reads what was stored.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no registry.</exception>
    public static RegistryState Parse(ReadOnlySpan<byte> bytes)
    {
        Registry registry = Registry.Parser.ParseFrom(bytes);
        var state = new RegistryState(registry);
        foreach (Registry.Types.Slave agent in registry.Slaves?.Slaves_ ?? [])
        {
            state.Agents[agent.Info.Id.Value] = agent;
        }

        foreach (Registry.Types.UnreachableSlave agent in registry.Unreachable?.Slaves ?? [])
        {
            state.Unreachable[agent.Id.Value] = agent;
        }

        foreach (Registry.Types.GoneSlave agent in registry.Gone?.Slaves ?? [])
        {
            state.Gone[agent.Id.Value] = agent;
        }

        (registry.Slaves, registry.Unreachable, registry.Gone) = (null, null, null);
        return state;
    }

    /// <summary>The form that is stored and shown; empty parts are absent. It shares its parts with this state.</summary>
    public Registry ToProto()
    {
        // Merging copies; of the rest there is little.
        Registry registry = Rest.Clone();
        if (Agents.Count > 0)
        {
            registry.Slaves = new Registry.Types.Slaves();
            registry.Slaves.Slaves_.AddRange(Agents.Values);
        }

        if (Unreachable.Count > 0)
        {
            registry.Unreachable = new Registry.Types.UnreachableSlaves();
            registry.Unreachable.Slaves.AddRange(Unreachable.Values);
        }

        if (Gone.Count > 0)
        {
            registry.Gone = new Registry.Types.GoneSlaves();
            registry.Gone.Slaves.AddRange(Gone.Values);
        }

        return registry;
    }
}

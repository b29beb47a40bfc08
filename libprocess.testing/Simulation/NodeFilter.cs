using LibProcess.Events;

namespace LibProcess.Testing.Simulation;

/// <summary>Writes each event into the trace, then asks the filters of the cluster, of the node and of the options.</summary>
internal sealed class NodeFilter(Engine engine, SimulatedNode node, IEventFilter cluster, IEventFilter? inner) : IEventFilter
{
    private readonly IEventFilter own = node.Filters;

    public bool Intercept(in EventView item)
    {
        engine.Note(node.Name, item);
        bool drop = cluster.Intercept(item) | own.Intercept(item) | (inner?.Intercept(item) ?? false);
        if (drop)
        {
            engine.Note(node.Name, "dropped", item.Name);
        }

        return drop;
    }
}

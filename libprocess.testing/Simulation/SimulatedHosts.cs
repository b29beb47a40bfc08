using LibProcess.Addressing;

namespace LibProcess.Testing.Simulation;

/// <summary>The names of the nodes are the names of their hosts.</summary>
internal sealed class SimulatedHosts(SimulatedCluster cluster) : IHostResolver
{
    public bool TryResolve(string name, out uint ip)
    {
        ip = cluster.TryFind(name)?.Address.Ip ?? 0;
        return ip != 0;
    }

    public ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation) =>
        ValueTask.FromResult(TryResolve(name, out uint ip) ? ip : (uint?)null);
}

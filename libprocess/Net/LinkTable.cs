using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>Who watches whom.</summary>
/// <remarks>
/// Upstream: <c>SocketManager::links</c>. Safe from any thread. Every link is told of its end once; to watch again is to link
/// again. Costs are in proportion to the links of the process or node that ends, not to all links.
/// </remarks>
internal sealed class LinkTable
{
    private readonly Lock gate = new();
    private readonly Dictionary<ProcessBase, HashSet<ProcessBase>> linkersOfLocal = [];
    private readonly Dictionary<NetworkAddress, HashSet<(ProcessBase Linker, UPid Pid)>> linkersOfNode = [];
    private readonly Dictionary<ProcessBase, (HashSet<ProcessBase> Local, HashSet<UPid> Remote)> linksOf = [];

    /// <returns>False if the target has ended.</returns>
    public bool TryAddLocal(ProcessBase linker, ProcessBase target)
    {
        lock (gate)
        {
            if (target.HasEnded)
            {
                return false;
            }

            Set(linkersOfLocal, target).Add(linker);
            LinksOf(linker).Local.Add(target);
            return true;
        }
    }

    public void AddRemote(ProcessBase linker, UPid pid)
    {
        lock (gate)
        {
            Set(linkersOfNode, pid.Address).Add((linker, pid));
            LinksOf(linker).Remote.Add(pid);
        }
    }

    /// <summary>Forgets the links of a process that has ended.</summary>
    /// <returns>Those who watched it.</returns>
    public IReadOnlyCollection<ProcessBase> ProcessEnded(ProcessBase process)
    {
        lock (gate)
        {
            if (linksOf.Remove(process, out var own))
            {
                foreach (ProcessBase target in own.Local)
                {
                    RemoveFrom(linkersOfLocal, target, process);
                }

                foreach (UPid pid in own.Remote)
                {
                    RemoveFrom(linkersOfNode, pid.Address, (process, pid));
                }
            }

            if (!linkersOfLocal.Remove(process, out HashSet<ProcessBase>? linkers))
            {
                return [];
            }

            foreach (ProcessBase linker in linkers)
            {
                if (linksOf.TryGetValue(linker, out var links))
                {
                    links.Local.Remove(process);
                }
            }

            return linkers;
        }
    }

    /// <summary>Forgets the links to a node whose connection has ended.</summary>
    /// <returns>Who watched which process there.</returns>
    public IReadOnlyCollection<(ProcessBase Linker, UPid Pid)> ConnectionEnded(NetworkAddress address)
    {
        lock (gate)
        {
            if (!linkersOfNode.Remove(address, out HashSet<(ProcessBase Linker, UPid Pid)>? linkers))
            {
                return [];
            }

            foreach ((ProcessBase linker, UPid pid) in linkers)
            {
                if (linksOf.TryGetValue(linker, out var links))
                {
                    links.Remote.Remove(pid);
                }
            }

            return linkers;
        }
    }

    private (HashSet<ProcessBase> Local, HashSet<UPid> Remote) LinksOf(ProcessBase linker)
    {
        if (!linksOf.TryGetValue(linker, out var links))
        {
            linksOf[linker] = links = ([], []);
        }

        return links;
    }

    private static HashSet<TValue> Set<TKey, TValue>(Dictionary<TKey, HashSet<TValue>> table, TKey key)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out HashSet<TValue>? set))
        {
            table[key] = set = [];
        }

        return set;
    }

    private static void RemoveFrom<TKey, TValue>(Dictionary<TKey, HashSet<TValue>> table, TKey key, TValue value)
        where TKey : notnull
    {
        if (table.TryGetValue(key, out HashSet<TValue>? set) && set.Remove(value) && set.Count == 0)
        {
            table.Remove(key);
        }
    }
}

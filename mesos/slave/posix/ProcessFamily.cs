using Mesos.Common.Posix;

namespace Mesos.Slave.Posix;

/// <summary>Which processes belong to a container: not one of them may outlive it.</summary>
/// <remarks>Upstream: <c>os::killtree</c> in stout/os/killtree.hpp, which loses sight of sessions whose parent has ended.</remarks>
internal static class ProcessFamily
{
    /// <summary>
    /// What descends from a process, what is in a group or session that one of them leads, and whatever else was started with the
    /// mark of the container: processes that have a session of their own and have lost their parent.
    /// </summary>
    /// <param name="leader">The first process of the container.</param>
    /// <param name="leaderLives">Whether it has not ended; otherwise a process of its id is a stranger, and nothing in its group or session is left.</param>
    /// <param name="processes">All processes.</param>
    /// <param name="isMarked">Whether a process carries the mark.</param>
    /// <param name="self">The agent, which is never part of it.</param>
    public static IReadOnlyList<ProcessEntry> Of(
        int leader, bool leaderLives, IReadOnlyCollection<ProcessEntry> processes, Func<ProcessEntry, bool> isMarked, int self)
    {
        const int Only = 0;
        return [.. OfMany([(leader, leaderLives)], ById(processes), process => isMarked(process) ? Only : null, self)[Only]];
    }

    /// <summary>The families of many, as <see cref="Of"/> finds them one by one, but each process is in one of them at most.</summary>
    /// <param name="leaders">Their first processes, and whether those have not ended.</param>
    /// <param name="table">All processes by their ids.</param>
    /// <param name="marked">The place of the leader whose mark a process carries, or null.</param>
    /// <param name="self">The agent, which is never part of them.</param>
    public static ILookup<int, ProcessEntry> OfMany(
        IReadOnlyList<(int Pid, bool Lives)> leaders, IReadOnlyDictionary<int, ProcessEntry> table, Func<ProcessEntry, int?> marked, int self)
    {
        Dictionary<int, int> owners = [];
        foreach (ProcessEntry process in table.Values)
        {
            if (process.Pid != self && marked(process) is { } place)
            {
                owners[process.Pid] = place;
            }
        }

        for (int place = 0; place < leaders.Count; place++)
        {
            if (leaders[place].Lives || !table.ContainsKey(leaders[place].Pid))
            {
                owners[leaders[place].Pid] = place;
            }
        }

        List<ProcessEntry> others = WithoutAgent(table, owners.ContainsKey, self);
        for (bool grew = true; grew;)
        {
            grew = false;
            foreach (ProcessEntry process in others)
            {
                if (!owners.ContainsKey(process.Pid) &&
                    (owners.TryGetValue(process.Parent, out int place) || owners.TryGetValue(process.Group, out place) || owners.TryGetValue(process.Session, out place)))
                {
                    owners[process.Pid] = place;
                    grew = true;
                }
            }
        }

        return others.Where(process => owners.ContainsKey(process.Pid)).ToLookup(process => owners[process.Pid]);
    }

    /// <summary>Processes by their ids.</summary>
    public static Dictionary<int, ProcessEntry> ById(IEnumerable<ProcessEntry> processes)
    {
        Dictionary<int, ProcessEntry> table = [];
        foreach (ProcessEntry process in processes)
        {
            table[process.Pid] = process;
        }

        return table;
    }

    /// <summary>An agent that was started from within a task is in its session, and so is what the agent has started just now.</summary>
    private static List<ProcessEntry> WithoutAgent(IReadOnlyDictionary<int, ProcessEntry> table, Func<int, bool> isMember, int self)
    {
        ProcessEntry agent = table.GetValueOrDefault(self);
        return
        [
            .. table.Values.Where(process =>
                process.Pid != self && (process.Parent != self || process.Session != agent.Session || isMember(process.Pid))),
        ];
    }
}

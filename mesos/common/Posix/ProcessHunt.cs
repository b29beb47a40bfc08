namespace Mesos.Common.Posix;

/// <summary>Ends a set of processes that may go on to start others while it is looked at.</summary>
/// <remarks>
/// What is found is stopped first, groups in one blow, and killed only when another look finds nothing new: what is stopped starts
/// nothing, so even processes that do nothing but start others run out of places to hide. Upstream: <c>os::killtree</c> in
/// stout/os/killtree.hpp. Pure but for what it is given.
/// </remarks>
public static class ProcessHunt
{
    private const int Stop = 19; // SIGSTOP on Linux, where alone there is a table of processes to hunt in.
    private const int Kill = 9;
    private const int LooksBeforeKilling = 30;
    private const int MaxUnclearLooks = 2;
    private const int EmptyLooks = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Kills until nothing is found any more, or what is found does not die.</summary>
    /// <param name="look">Reads the table of all processes.</param>
    /// <param name="find">Those of a table that are to end, and whether that is certain; an uncertain answer is asked for again, a few times.</param>
    /// <param name="signal">Sends a signal to a process, or, where that is negative, to a group.</param>
    /// <param name="pause">Waits between looks at what has been killed: to give back much memory takes its time.</param>
    /// <returns>Whether nothing is left.</returns>
    public static async Task<bool> KillAllAsync(
        Func<IReadOnlyList<ProcessEntry>> look,
        Func<IReadOnlyList<ProcessEntry>, (IReadOnlySet<int> Found, bool IsCertain)> find,
        Action<int, int> signal,
        Func<TimeSpan, Task> pause)
    {
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(pause);
        TimeSpan next = FirstPause, waited = TimeSpan.Zero;
        HashSet<int> stopped = [];
        int unclear = 0, stopping = 0, empty = 0;
        while (true)
        {
            IReadOnlyList<ProcessEntry> table = look();
            (IReadOnlySet<int> found, bool certain) = find(table);
            if (found.Count == 0)
            {
                // Where there was something, one look may just miss who starts a child and ends at once, again and again.
                if ((certain || unclear++ >= MaxUnclearLooks) && (stopped.Count == 0 || ++empty == EmptyLooks))
                {
                    return true;
                }

                continue;
            }

            empty = 0;
            bool grew = found.Any(pid => !stopped.Contains(pid)) && stopping++ < LooksBeforeKilling;
            stopped.UnionWith(found);
            foreach (int target in WholeGroups(found, table).Select(static group => -group).Concat(found))
            {
                signal(target, grew ? Stop : Kill);
            }

            if (grew)
            {
                continue;
            }

            if (waited >= Patience)
            {
                return false;
            }

            await pause(next);
            waited += next;
            next = next * 2 < LongestPause ? next * 2 : LongestPause;
        }
    }

    /// <summary>The process groups that have no other members.</summary>
    private static HashSet<int> WholeGroups(IReadOnlySet<int> found, IReadOnlyList<ProcessEntry> table)
    {
        HashSet<int> groups = [], others = [0, 1];
        foreach (ProcessEntry process in table)
        {
            (found.Contains(process.Pid) ? groups : others).Add(process.Group);
        }

        groups.ExceptWith(others);
        return groups;
    }
}

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
        HashSet<int> members = [.. processes.Where(process => process.Pid != self && isMarked(process)).Select(static process => process.Pid)];
        if (leaderLives || processes.All(process => process.Pid != leader))
        {
            members.Add(leader);
        }

        // An agent that was started from within a task is in its session, and so is what the agent has started just now.
        ProcessEntry agent = processes.FirstOrDefault(process => process.Pid == self);
        ProcessEntry[] others =
        [
            .. processes.Where(process =>
                process.Pid != self && (process.Parent != self || process.Session != agent.Session || members.Contains(process.Pid))),
        ];
        ProcessTable.AddFamily(members, others);
        return [.. others.Where(process => members.Contains(process.Pid))];
    }
}

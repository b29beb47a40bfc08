namespace Mesos.Slave.Containerizer;

/// <summary>A program to start.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">What follows its name.</param>
/// <param name="Environment">All variables it sees.</param>
/// <param name="Directory">Where it starts.</param>
/// <param name="Waits">Whether it does nothing before it is let go.</param>
internal sealed record ChildStart(
    string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Directory, bool Waits = false);

/// <summary>The first process of a container, as it is written down for the next run of the agent.</summary>
/// <param name="Pid">Its id, which may be given to another process once this one has ended.</param>
/// <param name="StartTicks">When it was started, in clock ticks since the start of the machine; null where that was not written down or cannot be told.</param>
internal readonly record struct ForkedProcess(int Pid, long? StartTicks = null);

/// <summary>A child of the agent.</summary>
internal interface IChild
{
    /// <summary>Its process id, which is the id of its session as well.</summary>
    int Pid { get; }

    /// <summary>When it was started, in clock ticks since the start of the machine: with the id it names one process for good. Null where that cannot be told.</summary>
    long? StartTicks { get; }

    /// <summary>Its status as <c>wait(2)</c> encodes it, once it has ended; null where nobody can tell.</summary>
    Task<int?> Exited { get; }

    /// <summary>Lets a child go that waits. One whose agent ends before ends as well.</summary>
    void Release();
}

/// <summary>A process that an earlier run of the agent started, and that is nobody's child now.</summary>
internal interface IAdoptedChild : IChild
{
    /// <summary>Looks whether it still lives; <see cref="IChild.Exited"/> completes where it does not.</summary>
    /// <returns>Whether it lives.</returns>
    bool Look();
}

/// <summary>What the processes of a container use.</summary>
internal readonly record struct ContainerUsage(TimeSpan UserTime, TimeSpan SystemTime, long ResidentBytes);

/// <summary>Children of the agent: the seam to the operating system. Any thread; calls may take some milliseconds.</summary>
internal interface IChildProcesses
{
    /// <summary>Starts a child.</summary>
    /// <exception cref="IOException">There is no such program, or it cannot be started.</exception>
    IChild Start(ChildStart start);

    /// <summary>Takes up a child of an earlier run of the agent, or of the original; it has ended already where it is not found.</summary>
    /// <param name="process">The process as it was written down.</param>
    /// <param name="sandbox">The sandbox of its container.</param>
    IAdoptedChild Adopt(ForkedProcess process, string sandbox);

    /// <summary>Kills everything that belongs to containers whose sandboxes are below a directory, but are not among some.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="sandboxes">The sandboxes of containers that go on.</param>
    /// <param name="pause">Waits between looks at what does not die at once.</param>
    /// <returns>How many processes that were.</returns>
    Task<int> KillOrphansAsync(string directory, IReadOnlySet<string> sandboxes, Func<TimeSpan, Task> pause);

    /// <summary>Kills a child and everything it has started, whatever became of that since.</summary>
    /// <param name="child">The child.</param>
    /// <param name="pause">Waits between looks at what does not die at once.</param>
    /// <returns>Whether nothing is left: a process that waits for a broken disk does not die before it answers.</returns>
    Task<bool> KillAllAsync(IChild child, Func<TimeSpan, Task> pause);

    /// <summary>What children and everything they have started use, in their order: one look at all processes, however many children.</summary>
    IReadOnlyList<ContainerUsage> Measure(IReadOnlyList<IChild> measured);
}

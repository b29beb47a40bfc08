namespace Mesos.Slave.Containerizer;

/// <summary>A program to start.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">What follows its name.</param>
/// <param name="Environment">All variables it sees.</param>
/// <param name="Directory">Where it starts.</param>
internal sealed record ChildStart(
    string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Directory);

/// <summary>A child of the agent.</summary>
internal interface IChild
{
    /// <summary>Its process id, which is the id of its session as well.</summary>
    int Pid { get; }

    /// <summary>Its status as <c>wait(2)</c> encodes it, once it has ended.</summary>
    Task<int> Exited { get; }
}

/// <summary>What the processes of a container use.</summary>
internal readonly record struct ContainerUsage(TimeSpan UserTime, TimeSpan SystemTime, long ResidentBytes);

/// <summary>Children of the agent: the seam to the operating system. Any thread; calls may take some milliseconds.</summary>
internal interface IChildProcesses
{
    /// <summary>Starts a child.</summary>
    /// <exception cref="IOException">There is no such program, or it cannot be started.</exception>
    IChild Start(ChildStart start);

    /// <summary>Kills a child and everything it has started, whatever became of that since.</summary>
    void KillAll(IChild child);

    /// <summary>What a child and everything it has started uses.</summary>
    ContainerUsage Measure(IChild child);
}

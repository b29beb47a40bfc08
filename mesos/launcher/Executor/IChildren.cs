using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Executor;

/// <summary>Where the children of an executor come from.</summary>
internal interface IChildren
{
    /// <summary>Starts a program in a session of its own, with the standard streams of this process.</summary>
    /// <exception cref="ChildStartException">It cannot be started; the message says why.</exception>
    IChild Start(ChildCommand command);
}

/// <summary>A running child and everything that descends from it.</summary>
internal interface IChild
{
    int Pid { get; }

    /// <summary>Completes when the child itself has ended, also while descendants go on; null where nobody knows how.</summary>
    Task<WaitStatus?> Exited { get; }

    /// <summary>Sends a signal, which is not SIGKILL, to the child and all descendants that still run.</summary>
    void Signal(int signal);

    /// <summary>Kills the child and all descendants that still run.</summary>
    /// <param name="pause">Waits between looks at what does not die at once.</param>
    /// <returns>Completes when nothing is left, or some of it does not die.</returns>
    Task KillAsync(Func<TimeSpan, Task> pause);
}

/// <summary>What to start.</summary>
/// <param name="Program">A path, or a name to be looked for on the path of <paramref name="Environment"/>.</param>
/// <param name="Arguments">All arguments, the first being the name the program sees itself called by.</param>
/// <param name="Environment">The complete environment.</param>
internal sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);

/// <summary>A child could not be started.</summary>
internal sealed class ChildStartException(string message) : Exception(message);

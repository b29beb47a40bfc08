using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>A child whose descendants are known by a mark.</summary>
internal interface IMarkedChild
{
    /// <summary>The mark, or null where there is none.</summary>
    SandboxMark? Mark { get; }
}

/// <summary>By what the processes of one container are known: <see cref="ContainerMark"/>, whichever way its path is spelled.</summary>
internal sealed class SandboxMark(string sandbox)
{
    private const string OriginalVariables = "MESOS_CONTAINERIZER_";

    private readonly string name = NameOf(sandbox);
    private readonly string real = RealPath.Of(sandbox);

    /// <summary>What the marks of one container have in common, however their paths are spelled.</summary>
    public string Name => name;

    /// <summary>The <see cref="Name"/> of the mark that says this.</summary>
    public static string NameOf(string sandbox) => Path.GetFileName(Path.TrimEndingDirectorySeparator(sandbox));

    /// <summary>Whether a process with a mark belongs to the container.</summary>
    public bool IsOf(string found, int pid) => IsSame(found) && IsOurs(pid);

    /// <summary>Whether a process belongs to the container.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="isUnclear">Whether the process shows no variables at all, as one does while it turns into another program.</param>
    public bool IsOn(int pid, out bool isUnclear) => ContainerMark.SandboxOf(pid, out isUnclear) is { } found && IsOf(found, pid);

    /// <summary>
    /// Whether a process is the original's program that has forked the first one of the container, and waits for its end: that has
    /// no mark, but holds the name of the run's directory, which is the id of the container, in variables of its own.
    /// </summary>
    public bool IsOnOriginalHelper(int pid) => ProcessVariables.Of(pid)?.Any(OriginalVariables, name) == true && IsOurs(pid);

    /// <summary>An agent that sees another disk at the same path, as in Docker, has containers of the same paths. What sees nothing there has left its root.</summary>
    private bool IsOurs(int pid) => FileIdentity.Of(real) is not { } own || FileIdentity.SeenBy(own, real, pid) is not (Sight.Another or Sight.Hidden);

    private bool IsSame(string found) =>
        found == sandbox || (found.EndsWith(name, StringComparison.Ordinal) && RealPath.Of(found) == real);
}

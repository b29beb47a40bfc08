using Mesos.Common.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>A process that an earlier run of the agent started, or the original.</summary>
/// <remarks>
/// The number alone may be a stranger's by now. With the time of its start it is not; where that was not written down, the mark of
/// the container tells once, and from then on the time.
/// </remarks>
internal sealed class AdoptedChild : IAdoptedChild, IMarkedChild
{
    private const int MaxUnclearLooks = 3;

    private readonly SandboxMark mark;
    private readonly Func<IReadOnlyList<ProcessEntry>> readTable;
    private readonly LibProcess.Futures.Promise<int?> exited = new();
    private int unclearLooks;

    public AdoptedChild(ForkedProcess process, SandboxMark mark, Func<IReadOnlyList<ProcessEntry>> readTable)
    {
        (Pid, StartTicks, this.mark, this.readTable) = (process.Pid, process.StartTicks, mark, readTable);
        Look();
    }

    public int Pid { get; }

    public long? StartTicks { get; private set; }

    public SandboxMark? Mark => mark;

    public Task<int?> Exited => exited.Task;

    public void Release()
    {
        // It was let go long ago, or has ended with its agent.
    }

    public bool Look()
    {
        bool lives = !exited.Task.IsCompleted &&
            ProcessTable.StartOf(Pid, butNotDead: true) is { } start &&
            (StartTicks is { } known ? start == known : IsRecognised(start));
        if (!lives)
        {
            exited.TrySet(null);
        }

        return lives;
    }

    private bool IsRecognised(long start)
    {
        if (mark.IsOn(Pid, out bool isUnclear) || IsParentInContainer())
        {
            StartTicks = start;
            return true;
        }

        // One that shows no variables turns into another program just now, or is a stranger without any: the next looks tell.
        unclearLooks = isUnclear ? unclearLooks + 1 : 0;
        return isUnclear && unclearLooks <= MaxUnclearLooks;
    }

    /// <summary>The original starts a container through a program that has no mark and stays as the parent of what has.</summary>
    private bool IsParentInContainer()
    {
        if (mark.IsOnOriginalHelper(Pid))
        {
            return true;
        }

        HashSet<int> family = [Pid];
        ProcessTable.AddFamily(family, readTable());
        return family.Any(pid => mark.IsOn(pid, out _));
    }
}

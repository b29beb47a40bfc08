using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>Children as real processes.</summary>
/// <remarks>Upstream: <c>SubprocessLauncher</c> in src/slave/containerizer/mesos/launcher.cpp.</remarks>
/// <param name="readTable">Lists all processes.</param>
internal sealed class ChildProcesses(Func<IReadOnlyList<ProcessEntry>> readTable) : IChildProcesses, IDisposable
{
    // The parent of what runs in the kernel, which has no variables.
    private const int KernelParent = 2;

    private const int TicksPerSecond = 100;

    private readonly ChildReaper? reaper = OperatingSystem.IsWindows() ? null : new ChildReaper();

    /// <summary>Children on this machine.</summary>
    public ChildProcesses()
        : this(static () => ProcessTable.Read())
    {
    }

    /// <inheritdoc/>
    public IChild Start(ChildStart start)
    {
        if (OperatingSystem.IsWindows() || reaper is null)
        {
            return WindowsChild.Start(start);
        }

        SandboxMark? mark = ContainerMark.SandboxOf(start.Environment) is { } sandbox ? new SandboxMark(sandbox) : null;
        return SpawnedChild.Start(reaper, start, mark);
    }

    /// <inheritdoc/>
    public IAdoptedChild Adopt(ForkedProcess process, string sandbox) => new AdoptedChild(process, new SandboxMark(sandbox), readTable);

    /// <inheritdoc/>
    public int KillOrphans(string directory, IReadOnlySet<string> sandboxes)
    {
        if (OperatingSystem.IsWindows())
        {
            return 0;
        }

        var searched = new OrphanSearch(directory, sandboxes);
        HashSet<int> killed = [];
        ProcessHunt.KillAll(
            readTable,
            table =>
            {
                HashSet<int> orphans = [];
                bool certain = true;
                foreach (ProcessEntry process in table.Where(static process => process.Pid != Environment.ProcessId))
                {
                    if (searched.IsOrphan(process.Pid, out bool isUnclear))
                    {
                        orphans.Add(process.Pid);
                    }

                    certain &= !isUnclear || IsOfKernel(process);
                }

                killed.UnionWith(orphans);
                return (orphans, certain);
            },
            static (target, signal) => _ = LibC.Kill(target, signal));
        return killed.Count;
    }

    /// <inheritdoc/>
    public bool KillAll(IChild child)
    {
        if (OperatingSystem.IsWindows())
        {
            (child as WindowsChild)?.KillTree();
            return true;
        }

        if (child is IAdoptedChild adopted)
        {
            adopted.Look();
        }

        if (!Directory.Exists("/proc"))
        {
            _ = child.Exited.IsCompleted ? 0 : LibC.Kill(-child.Pid, LibC.SigKill);
            return true;
        }

        return ProcessHunt.KillAll(
            readTable,
            table =>
            {
                IReadOnlyList<ProcessEntry> left = Family(child, table, out bool isCertain);
                return (left.Select(static process => process.Pid).ToHashSet(), isCertain);
            },
            static (target, signal) => _ = LibC.Kill(target, signal));
    }

    /// <inheritdoc/>
    public ContainerUsage Measure(IChild child)
    {
        IReadOnlyList<ProcessEntry> processes = Family(child, readTable(), out _);
        return new ContainerUsage(
            TimeSpan.FromSeconds(processes.Sum(static process => process.UserTicks) / (double)TicksPerSecond),
            TimeSpan.FromSeconds(processes.Sum(static process => process.SystemTicks) / (double)TicksPerSecond),
            processes.Sum(static process => process.ResidentPages) * Environment.SystemPageSize);
    }

    private static IReadOnlyList<ProcessEntry> Family(IChild child, IReadOnlyList<ProcessEntry> processes, out bool isCertain)
    {
        bool certain = true;
        IReadOnlyList<ProcessEntry> family = ProcessFamily.Of(
            child.Pid,
            LeaderLives(child, processes),
            processes,
            process =>
            {
                // What ran before the container cannot have its mark. Many containers make a long table, and each look reads it.
                if (child is not IMarkedChild { Mark: { } mark } || process.StartTicks < child.StartTicks)
                {
                    return false;
                }

                bool marked = mark.IsOn(process.Pid, out bool isUnclear);
                certain &= !isUnclear || IsOfKernel(process);
                return marked;
            },
            Environment.ProcessId);
        isCertain = certain;
        return family;
    }

    private static bool IsOfKernel(ProcessEntry process) => process.Parent == KernelParent || process.Pid == KernelParent;

    /// <summary>A number alone may be that of a stranger who came later.</summary>
    private static bool LeaderLives(IChild child, IReadOnlyList<ProcessEntry> processes) =>
        !child.Exited.IsCompleted &&
        (child.StartTicks is not { } started || processes.All(process => process.Pid != child.Pid || process.StartTicks == started));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            reaper?.Dispose();
        }
    }
}

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

    private static readonly TimeSpan UnclearPause = TimeSpan.FromMilliseconds(20);

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
    public async Task<int> KillOrphansAsync(string directory, IReadOnlySet<string> sandboxes, Func<TimeSpan, Task> pause)
    {
        if (OperatingSystem.IsWindows())
        {
            return 0;
        }

        var searched = new OrphanSearch(directory, sandboxes);
        HashSet<int> killed = [];
        await ProcessHunt.KillAllAsync(
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
            static (target, signal) => _ = LibC.Kill(target, signal),
            pause);
        return killed.Count;
    }

    /// <inheritdoc/>
    public async Task<bool> KillAllAsync(IChild child, Func<TimeSpan, Task> pause)
    {
        if (OperatingSystem.IsWindows())
        {
            (child as WindowsChild)?.KillTree();
            return true;
        }

        // One that may be a stranger is not touched until it has shown whose it is.
        while (child is IAdoptedChild adopted && adopted.Look() && child.StartTicks is null)
        {
            await pause(UnclearPause);
        }

        if (!Directory.Exists("/proc"))
        {
            _ = child.Exited.IsCompleted ? 0 : LibC.Kill(-child.Pid, LibC.SigKill);
            return true;
        }

        return await ProcessHunt.KillAllAsync(
            readTable,
            table =>
            {
                IReadOnlyList<ProcessEntry> left = Family(child, table, out bool isCertain);
                return (left.Select(static process => process.Pid).ToHashSet(), isCertain);
            },
            static (target, signal) => _ = LibC.Kill(target, signal),
            pause);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContainerUsage> Measure(IReadOnlyList<IChild> measured)
    {
        Dictionary<int, ProcessEntry> table = ProcessFamily.ById(readTable());
        SandboxMark?[] marks = [.. measured.Select(static child => (child as IMarkedChild)?.Mark)];
        ILookup<string?, int> named = Enumerable.Range(0, marks.Length).ToLookup(place => marks[place]?.Name, StringComparer.Ordinal);
        long? first = measured.Select(static child => child.StartTicks ?? 0).DefaultIfEmpty().Min();
        ILookup<int, ProcessEntry> families = ProcessFamily.OfMany(
            [.. measured.Select(child => (child.Pid, LeaderLives(child, table)))],
            table,
            process =>
            {
                // What ran before the first container cannot have a mark.
                if (process.StartTicks < first || ContainerMark.SandboxOf(process.Pid, out _) is not { } sandbox)
                {
                    return null;
                }

                return named[SandboxMark.NameOf(sandbox)].Cast<int?>().FirstOrDefault(place =>
                    !(process.StartTicks < measured[place!.Value].StartTicks) && marks[place.Value]!.IsOf(sandbox, process.Pid));
            },
            Environment.ProcessId);
        return [.. Enumerable.Range(0, marks.Length).Select(place => Sum(families[place]))];
    }

    private static ContainerUsage Sum(IEnumerable<ProcessEntry> processes)
    {
        long user = 0, system = 0, pages = 0;
        foreach (ProcessEntry process in processes)
        {
            user += process.UserTicks;
            system += process.SystemTicks;
            pages += process.ResidentPages;
        }

        return new ContainerUsage(
            TimeSpan.FromSeconds(user / (double)TicksPerSecond), TimeSpan.FromSeconds(system / (double)TicksPerSecond), pages * Environment.SystemPageSize);
    }

    private static IReadOnlyList<ProcessEntry> Family(IChild child, IReadOnlyList<ProcessEntry> processes, out bool isCertain)
    {
        bool certain = true;
        IReadOnlyList<ProcessEntry> family = ProcessFamily.Of(
            child.Pid,
            LeaderLives(child, ProcessFamily.ById(processes)),
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
    private static bool LeaderLives(IChild child, Dictionary<int, ProcessEntry> table) =>
        !child.Exited.IsCompleted &&
        (child.StartTicks is not { } started || !table.TryGetValue(child.Pid, out ProcessEntry found) || found.StartTicks == started);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            reaper?.Dispose();
        }
    }
}

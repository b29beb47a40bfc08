using System.ComponentModel;
using System.Diagnostics;
using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>Children as real processes.</summary>
/// <remarks>Upstream: <c>SubprocessLauncher</c> in src/slave/containerizer/mesos/launcher.cpp.</remarks>
/// <param name="readTable">Lists all processes.</param>
internal sealed class ChildProcesses(Func<IReadOnlyList<ProcessEntry>> readTable) : IChildProcesses
{
    // The parent of what runs in the kernel, which has no variables.
    private const int KernelParent = 2;

    private const int TicksPerSecond = 100;

    /// <summary>Children on this machine.</summary>
    public ChildProcesses()
        : this(static () => ProcessTable.Read())
    {
    }

    /// <inheritdoc/>
    public IChild Start(ChildStart start)
    {
        try
        {
            return new Child(
                Process.Start(Describe(start)) ?? throw new IOException($"Cannot start '{start.Program}'"),
                ContainerMark.SandboxOf(start.Environment) is { } sandbox ? new SandboxMark(sandbox) : null);
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException)
        {
            // A variable without a name, for one, is refused only here.
            throw new IOException($"Cannot start '{start.Program}': {exception.Message}", exception);
        }
    }

    private static ProcessStartInfo Describe(ChildStart start)
    {
        var info = new ProcessStartInfo(start.Program) { UseShellExecute = false, WorkingDirectory = start.Directory, RedirectStandardInput = start.Waits };
        info.Environment.Clear();
        foreach ((string name, string value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        foreach (string argument in start.Arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return info;
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
            (child as Child)?.KillTree();
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

    private sealed class Child : IChild, IMarkedChild
    {
        private readonly Process process;

        public Child(Process process, SandboxMark? mark)
        {
            this.process = process;
            Mark = mark;
            Pid = process.Id;
            StartTicks = OperatingSystem.IsWindows() ? null : ProcessTable.StartOf(Pid);
            Exited = WaitAsync();
        }

        /// <summary>By what its descendants are known, or null.</summary>
        public SandboxMark? Mark { get; }

        public int Pid { get; }

        /// <summary>Null where it has ended at once.</summary>
        public long? StartTicks { get; }

        public Task<int?> Exited { get; }

        public void Release()
        {
            try
            {
                process.StandardInput.WriteLine();
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has ended.
            }
            catch (InvalidOperationException)
            {
                // It has ended, or does not wait.
            }
        }

        public void KillTree()
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }

        private async Task<int?> WaitAsync()
        {
            await process.WaitForExitAsync().ConfigureAwait(false);
            int status = WaitStatus(process.ExitCode);
            process.Dispose();
            return status;
        }

        /// <summary>The library reports a death by signal as 128 and the signal, as shells do.</summary>
        private static int WaitStatus(int exitCode)
        {
            const int Signaled = 128, LastSignal = 64;
            return exitCode is > Signaled and <= Signaled + LastSignal ? exitCode - Signaled : (exitCode & 0xFF) << 8;
        }
    }
}

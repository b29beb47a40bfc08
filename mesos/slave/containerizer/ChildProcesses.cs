using System.ComponentModel;
using System.Diagnostics;
using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>Children as real processes.</summary>
/// <remarks>Upstream: <c>SubprocessLauncher</c> in src/slave/containerizer/mesos/launcher.cpp.</remarks>
internal sealed class ChildProcesses : IChildProcesses
{
    // The parent of what runs in the kernel, which has no variables.
    private const int KernelParent = 2;

    private const int TicksPerSecond = 100;

    // The path of the sandbox holds the id of the container; programs pass their environment on.
    private const string MarkVariable = "MESOS_SANDBOX";

    /// <inheritdoc/>
    public IChild Start(ChildStart start)
    {
        try
        {
            return new Child(
                Process.Start(Describe(start)) ?? throw new IOException($"Cannot start '{start.Program}'"),
                start.Environment.TryGetValue(MarkVariable, out string? sandbox) ? $"{MarkVariable}={sandbox}" : null);
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
    public IAdoptedChild Adopt(int pid, string sandbox) => new AdoptedChild(pid, $"{MarkVariable}={sandbox}");

    /// <inheritdoc/>
    public int KillOrphans(string directory, IReadOnlySet<string> sandboxes)
    {
        if (OperatingSystem.IsWindows())
        {
            return 0;
        }

        string prefix = Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar;
        HashSet<int> killed = [];
        ProcessHunt.KillAll(
            static () => ProcessTable.Read(),
            table =>
            {
                HashSet<int> orphans = [];
                bool certain = true;
                foreach (ProcessEntry process in table.Where(static process => process.Pid != Environment.ProcessId))
                {
                    string? sandbox = ProcessTable.VariableOf(process.Pid, MarkVariable, out bool isUnclear);
                    certain &= !isUnclear || IsOfKernel(process);
                    if (sandbox is not null && sandbox.StartsWith(prefix, StringComparison.Ordinal) && !sandboxes.Contains(sandbox))
                    {
                        orphans.Add(process.Pid);
                    }
                }

                killed.UnionWith(orphans);
                return (orphans, certain);
            },
            static (target, signal) => _ = LibC.Kill(target, signal));
        return killed.Count;
    }

    /// <inheritdoc/>
    public void KillAll(IChild child)
    {
        if (OperatingSystem.IsWindows())
        {
            (child as Child)?.KillTree();
            return;
        }

        if (child is IAdoptedChild adopted)
        {
            adopted.Look();
        }

        if (!Directory.Exists("/proc"))
        {
            _ = child.Exited.IsCompleted ? 0 : LibC.Kill(-child.Pid, LibC.SigKill);
            return;
        }

        ProcessHunt.KillAll(
            static () => ProcessTable.Read(),
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
        IReadOnlyList<ProcessEntry> processes = Family(child, ProcessTable.Read(), out _);
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
                if (child is not IMarked { Mark: { } mark } || process.StartTicks < (child as Child)?.StartTicks)
                {
                    return false;
                }

                bool marked = ProcessTable.StartedWith(process.Pid, mark, out bool isUnclear);
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
        (child is not Child { StartTicks: { } started } || processes.All(process => process.Pid != child.Pid || process.StartTicks == started));

    /// <summary>A child whose descendants are known by a variable, or null.</summary>
    private interface IMarked
    {
        string? Mark { get; }
    }

    private sealed class AdoptedChild : IAdoptedChild, IMarked
    {
        private const int MaxUnclearLooks = 3;

        private readonly LibProcess.Futures.Promise<int?> exited = new();
        private int unclearLooks;

        public AdoptedChild(int pid, string mark)
        {
            (Pid, Mark) = (pid, mark);
            Look();
        }

        public int Pid { get; }

        public string? Mark { get; }

        public Task<int?> Exited => exited.Task;

        public void Release()
        {
            // It was let go long ago, or has ended with its agent.
        }

        public bool Look()
        {
            // The number alone may be a stranger's by now. One that shows no variables turns into another program just now, or is
            // a stranger without any: the next looks tell.
            bool lives = ProcessTable.StartedWith(Pid, Mark!, out bool isUnclear);
            unclearLooks = isUnclear ? unclearLooks + 1 : 0;
            lives |= isUnclear && unclearLooks <= MaxUnclearLooks && ProcessTable.StartOf(Pid, butNotDead: true) is not null;
            if (!lives)
            {
                exited.TrySet(null);
            }

            return lives;
        }
    }

    private sealed class Child : IChild, IMarked
    {
        private readonly Process process;

        public Child(Process process, string? mark)
        {
            this.process = process;
            Mark = mark;
            Pid = process.Id;
            StartTicks = OperatingSystem.IsWindows() ? null : ProcessTable.StartOf(Pid);
            Exited = WaitAsync();
        }

        /// <summary>The variable by which its descendants are known, or null.</summary>
        public string? Mark { get; }

        public int Pid { get; }

        /// <summary>When it was started; null where it has ended at once.</summary>
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

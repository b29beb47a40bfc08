using System.ComponentModel;
using System.Diagnostics;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>Children as real processes.</summary>
/// <remarks>Upstream: <c>SubprocessLauncher</c> in src/slave/containerizer/mesos/launcher.cpp.</remarks>
internal sealed class ChildProcesses : IChildProcesses
{
    // A session that forks faster than this is beyond what can be killed without control groups.
    private const int MaxKillRounds = 20;

    private const int TicksPerSecond = 100;

    /// <inheritdoc/>
    public IChild Start(ChildStart start)
    {
        try
        {
            return new Child(Process.Start(Describe(start)) ?? throw new IOException($"Cannot start '{start.Program}'"));
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException or ArgumentException)
        {
            // A variable without a name, for one, is refused only here.
            throw new IOException($"Cannot start '{start.Program}': {exception.Message}", exception);
        }
    }

    private static ProcessStartInfo Describe(ChildStart start)
    {
        var info = new ProcessStartInfo(start.Program) { UseShellExecute = false, WorkingDirectory = start.Directory };
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
    public void KillSession(IChild child)
    {
        if (OperatingSystem.IsWindows())
        {
            ((Child)child).KillTree();
            return;
        }

        // It leads no session yet when it has only just been started.
        if (!child.Exited.IsCompleted)
        {
            _ = LibC.Kill(child.Pid, LibC.SigKill);
        }

        _ = LibC.Kill(-child.Pid, LibC.SigKill);
        for (int round = 0; round < MaxKillRounds; round++)
        {
            IReadOnlyList<ProcessEntry> left = ProcessTable.OfSession(child.Pid);
            if (left.Count == 0)
            {
                return;
            }

            foreach (ProcessEntry process in left)
            {
                _ = LibC.Kill(process.Pid, LibC.SigKill);
            }
        }
    }

    /// <inheritdoc/>
    public SessionUsage Measure(IChild child)
    {
        IReadOnlyList<ProcessEntry> processes = ProcessTable.OfSession(child.Pid);
        return new SessionUsage(
            TimeSpan.FromSeconds(processes.Sum(static process => process.UserTicks) / (double)TicksPerSecond),
            TimeSpan.FromSeconds(processes.Sum(static process => process.SystemTicks) / (double)TicksPerSecond),
            processes.Sum(static process => process.ResidentPages) * Environment.SystemPageSize);
    }

    private sealed class Child : IChild
    {
        private readonly Process process;

        public Child(Process process)
        {
            this.process = process;
            Pid = process.Id;
            Exited = WaitAsync();
        }

        public int Pid { get; }

        public Task<int> Exited { get; }

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

        private async Task<int> WaitAsync()
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

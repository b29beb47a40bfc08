using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LibProcess.Futures;
using Mesos.Common.Posix;
using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Executor;

/// <summary>Children as POSIX has them. Any thread.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class PosixChildren : IChildren, IDisposable
{
    // Between the start of a child and its entry nobody may reap: signals arrive on threads of their own.
    private readonly Lock gate = new();
    private readonly Dictionary<int, Promise<WaitStatus?>> running = [];
    private readonly PosixSignalRegistration childSignal;
    private readonly bool adoptsOrphans;

    /// <param name="adoptsOrphans">
    /// Whether descendants that lose their parent become children of this process, and all its children are of this class. Linux only.
    /// </param>
    public PosixChildren(bool adoptsOrphans)
    {
        this.adoptsOrphans = adoptsOrphans && OperatingSystem.IsLinux() && LibC.prctl(LibC.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
        childSignal = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Reap());
    }

    public IChild Start(ChildCommand command)
    {
        command.Environment.TryGetValue("PATH", out var path);
        var program = ProgramSearch.Find(command.Program, path);
        string[] environment = [.. command.Environment.Select(pair => $"{pair.Key}={pair.Value}")];
        lock (gate)
        {
            var pid = 0;
            var error = program is null ? LibC.ENOENT : ProgramStart.Spawn(program, command.Arguments, environment, out pid);
            if (error == LibC.ENOEXEC)
            {
                error = ProgramStart.Spawn(ShellScript.Shell, ShellScript.Arguments(program!, command.Arguments), environment, out pid);
            }

            if (error != 0)
            {
                throw new ChildStartException($"cannot execute '{command.Program}': {Marshal.GetPInvokeErrorMessage(error)}");
            }

            Promise<WaitStatus?> exited = new();
            running.Add(pid, exited);
            return new Child(this, pid, exited.Task);
        }
    }

    public void Dispose() => childSignal.Dispose();

    private void Reap()
    {
        lock (gate)
        {
            if (adoptsOrphans)
            {
                ReapAll();
                return;
            }

            foreach (var (pid, exited) in running)
            {
                if (LibC.waitpid(pid, out var status, LibC.WNOHANG) is var answer && answer != 0)
                {
                    running.Remove(pid);
                    exited.TrySet(answer == pid ? new WaitStatus(status) : null);
                }
            }
        }
    }

    /// <summary>Every child is one of this class, or an orphan nobody waits for.</summary>
    private void ReapAll()
    {
        int pid;
        while ((pid = LibC.waitpid(-1, out var status, LibC.WNOHANG)) > 0)
        {
            if (running.Remove(pid, out var exited))
            {
                exited.TrySet(new WaitStatus(status));
            }
        }

        if (pid < 0)
        {
            // There are no children: what still counts as running was reaped by somebody else.
            foreach (var exited in running.Values)
            {
                exited.TrySet(null);
            }

            running.Clear();
        }
    }

    /// <summary>Dead ones that nobody has asked for count as well.</summary>
    private static bool HasChildren()
    {
        var information = stackalloc byte[LibC.OpaqueSize];
        return LibC.waitid(LibC.P_ALL, 0, information, LibC.WEXITED | LibC.WNOHANG | LibC.WNOWAIT) == 0;
    }

    // Whatever a child has started descends from this process: without children there is nobody to signal, and no table to read.
    private bool IsAlone => adoptsOrphans && !HasChildren();

    private Task KillAsync(int root, Func<TimeSpan, Task> pause)
    {
        if (IsAlone)
        {
            return Task.CompletedTask;
        }

        if (!Directory.Exists("/proc"))
        {
            _ = LibC.kill(-root, LibC.SIGKILL);
            return Task.CompletedTask;
        }

        return ProcessHunt.KillAllAsync(
            static () => ProcessTable.Read(), table => (Members(root, table), true), static (target, sent) => _ = LibC.kill(target, sent), pause);
    }

    private void Signal(int root, int signal)
    {
        if (IsAlone)
        {
            return;
        }

        if (!Directory.Exists("/proc"))
        {
            _ = LibC.kill(-root, signal);
            return;
        }

        var members = Members(root, ProcessTable.Read());
        foreach (var pid in members)
        {
            _ = LibC.kill(pid, signal);
        }

        if (signal == LibC.SIGTERM)
        {
            // What is stopped acts on it only when it goes on.
            foreach (var pid in members)
            {
                _ = LibC.kill(pid, LibC.SIGCONT);
            }
        }
    }

    /// <summary>What lives of a child and everything it has started. Only what the table shows: a child that was reaped may have left its number to a stranger.</summary>
    private HashSet<int> Members(int root, IReadOnlyCollection<ProcessEntry> table)
    {
        var members = adoptsOrphans ? ProcessTree.Descendants(Environment.ProcessId, table) : ProcessTree.Members(root, table);
        members.IntersectWith(table.Select(process => process.Pid));
        return members;
    }

    private sealed class Child(PosixChildren owner, int pid, Task<WaitStatus?> exited) : IChild
    {
        public int Pid => pid;

        public Task<WaitStatus?> Exited => exited;

        public void Signal(int signal) => owner.Signal(pid, signal);

        public Task KillAsync(Func<TimeSpan, Task> pause) => owner.KillAsync(pid, pause);
    }
}

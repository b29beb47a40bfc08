using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LibProcess.Futures;
using Mesos.Common.Posix;

namespace Mesos.Slave.Posix;

/// <summary>Waits for children that <see cref="ProgramStart"/> started. Any thread.</summary>
/// <remarks>Upstream: <c>ReaperProcess</c> in 3rdparty/libprocess/src/reap.cpp, which looks from time to time.</remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class ChildReaper : IDisposable
{
    // Between the start of a child and its entry nobody may reap: signals arrive on threads of their own.
    private readonly Lock gate = new();
    private readonly Dictionary<int, Promise<int?>> running = [];
    private readonly PosixSignalRegistration childSignal;
    private bool starts = true;

    public ChildReaper() => childSignal = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => Reap());

    /// <summary>Starts a child.</summary>
    /// <param name="spawn">Does it; answers its id.</param>
    public ReapedChild Start(Func<int> spawn)
    {
        lock (gate)
        {
            int pid = spawn();
            Promise<int?> exited = new();
            running.Add(pid, exited);
            return new ReapedChild(pid, ProcessTable.StartOf(pid), exited.Task);
        }
    }

    /// <summary>Nothing is started any more; what still runs is waited for all the same.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            starts = false;
            LeaveIfDone();
        }
    }

    private void LeaveIfDone()
    {
        if (!starts && running.Count == 0)
        {
            childSignal.Dispose();
        }
    }

    private void Reap()
    {
        lock (gate)
        {
            foreach ((int pid, Promise<int?> exited) in running)
            {
                if (LibC.WaitFor(pid, out int status, LibC.WithoutWaiting) is var answer && answer != 0)
                {
                    running.Remove(pid);
                    exited.TrySet(answer == pid ? status : null);
                }
            }

            LeaveIfDone();
        }
    }
}

/// <summary>A child that is waited for.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="StartTicks">When it was started, as <see cref="ProcessEntry.StartTicks"/> has it.</param>
/// <param name="Exited">Its status as <c>wait(2)</c> encodes it; null where somebody else has asked for it.</param>
internal readonly record struct ReapedChild(int Pid, long? StartTicks, Task<int?> Exited);

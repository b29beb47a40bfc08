using LibProcess.Futures;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Posix;

namespace Mesos.Interop.Tests;

/// <summary>Processes that exist in name only: executors are played by a script. Those of an earlier agent live on.</summary>
internal sealed class NamedProcesses : IChildProcesses, IUserAccounts
{
    private const int FirstPid = 4711;
    private const int Killed = 9;

    private int started;

    public string Current => "root";

    public bool CanSwitch => false;

    public IChild Start(ChildStart start) => new Child(FirstPid + Interlocked.Increment(ref started));

    public IAdoptedChild Adopt(ForkedProcess process, string sandbox) => new Child(process.Pid);

    public Task<int> KillOrphansAsync(string directory, IReadOnlySet<string> sandboxes, Func<TimeSpan, Task> pause) => Task.FromResult(0);

    /// <summary>Whether the agent has ended, and so can kill nothing any more.</summary>
    public bool AreLeft { get; set; }

    public Task<bool> KillAllAsync(IChild child, Func<TimeSpan, Task> pause)
    {
        if (!AreLeft)
        {
            ((Child)child).End.TrySet(Killed);
        }

        return Task.FromResult(true);
    }

    public IReadOnlyList<ContainerUsage> Measure(IReadOnlyList<IChild> measured) =>
        [.. measured.Select(static _ => new ContainerUsage(TimeSpan.FromSeconds(0.09), TimeSpan.FromSeconds(0.01), ResidentBytes: 149_819_392))];

    public void GiveDirectory(string directory, string user)
    {
    }

    private sealed class Child(int pid) : IAdoptedChild
    {
        public int Pid => pid;

        public long? StartTicks => null;

        public Promise<int?> End { get; } = new();

        public Task<int?> Exited => End.Task;

        public void Release()
        {
        }

        public bool Look() => !End.Task.IsCompleted;
    }
}

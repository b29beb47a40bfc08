using Mesos.Launcher.Executor;
using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Tests.Executor;

/// <summary>Children that end when the test says so.</summary>
internal sealed class FakeChildren : IChildren
{
    public List<FakeChild> Started { get; } = [];

    public string? Failure { get; set; }

    /// <summary>How children end the moment they start; null lets them run.</summary>
    public WaitStatus? AtOnce { get; set; }

    public IChild Start(ChildCommand command)
    {
        if (Failure is not null)
        {
            throw new ChildStartException(Failure);
        }

        Started.Add(new FakeChild(command));
        if (AtOnce is { } status)
        {
            Started[^1].Exit(status);
        }

        return Started[^1];
    }

    internal sealed class FakeChild(ChildCommand command) : IChild
    {
        private readonly TaskCompletionSource<WaitStatus?> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ChildCommand Command => command;

        public List<int> Signals { get; } = [];

        public int Pid => 4711;

        public Task<WaitStatus?> Exited => exited.Task;

        /// <summary>How long it takes what is killed to die.</summary>
        public TimeSpan Dying { get; set; }

        public void Signal(int signal) => Signals.Add(signal);

        public Task KillAsync(Func<TimeSpan, Task> pause)
        {
            Signals.Add(LibC.SIGKILL);
            return Dying > TimeSpan.Zero ? pause(Dying) : Task.CompletedTask;
        }

        public void Exit(WaitStatus? status) => exited.SetResult(status);
    }
}

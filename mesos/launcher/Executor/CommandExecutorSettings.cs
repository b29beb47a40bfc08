using Mesos.Proto;

namespace Mesos.Launcher.Executor;

/// <summary>What a command executor is told when it starts.</summary>
internal sealed record CommandExecutorSettings
{
    /// <summary>How long a task has between SIGTERM and SIGKILL where nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultKillGracePeriod = TimeSpan.FromSeconds(3);

    /// <summary>How long the executor waits at most for the agent to confirm the last update of its task.</summary>
    /// <remarks>The original stays for one second, confirmed or not, and its agent reports a lost executor where that was too short.</remarks>
    public static readonly TimeSpan FarewellPeriod = TimeSpan.FromSeconds(60);

    /// <summary>The same after a shutdown, when the agent may not confirm anything any more.</summary>
    public static readonly TimeSpan ShutdownFarewellPeriod = TimeSpan.FromSeconds(1);

    /// <summary>What is kept of the shutdown grace period for noticing the end of the task and reporting it.</summary>
    public static readonly TimeSpan ShutdownReserve = TimeSpan.FromSeconds(2);

    /// <summary>The id the agent gave this executor.</summary>
    public required ExecutorID ExecutorId { get; init; }

    /// <summary>The environment of the executor itself, which the task inherits.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Variables the agent adds for the task.</summary>
    public IReadOnlyDictionary<string, string> TaskEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>How long the agent waits between asking the executor to shut down and killing it. Default: 5 seconds.</summary>
    public TimeSpan ShutdownGracePeriod { get; init; } = TimeSpan.FromSeconds(5);
}

using LibProcess.Addressing;
using Mesos.Slave.Containerizer;

namespace Mesos.Slave.Recovery;

/// <summary>What an earlier run of the agent left behind.</summary>
/// <remarks>Upstream: src/slave/state.hpp.</remarks>
internal sealed record RecoveredState
{
    /// <summary>The agent of that run; null where it never registered, or was told to begin anew.</summary>
    public SlaveInfo? Slave { get; init; }

    /// <summary>In which start of the machine that run was; null where that was never written down.</summary>
    public string? BootId { get; init; }

    /// <summary>Whether the machine has been started since: nothing of that run lives.</summary>
    public bool Rebooted { get; init; }

    public DrainConfig? Drain { get; init; }

    public IReadOnlyList<RecoveredFramework> Frameworks { get; init; } = [];

    /// <summary>Reservations, volumes and operations; null where none were ever kept.</summary>
    public ResourceState? Resources { get; init; }

    /// <summary>What resources are to become: the agent ended while it was at it.</summary>
    public ResourceState? ResourcesTarget { get; init; }

    /// <summary>Whether files say what resources are to become, whatever is in them.</summary>
    public bool HasTargets { get; init; }

    /// <summary>Streams of operation updates, by the name of their directory.</summary>
    public IReadOnlyList<RecoveredOperationStream> OperationStreams { get; init; } = [];

    /// <summary>What is wrong with files, and was passed over.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}

/// <summary>A framework. Without info or place of its scheduler nothing of it can be brought back.</summary>
internal sealed record RecoveredFramework(string Id, FrameworkInfo? Info, UPid? Pid, IReadOnlyList<RecoveredExecutor> Executors);

/// <summary>An executor.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Info">What it is; null where that was not written yet.</param>
/// <param name="IsForCommandTask">Whether the agent made it up.</param>
/// <param name="Latest">The newest run; null where none was begun.</param>
/// <param name="OlderRuns">The directories' names of those before.</param>
internal sealed record RecoveredExecutor(
    string Id, ExecutorInfo? Info, bool IsForCommandTask, RecoveredRun? Latest, IReadOnlyList<string> OlderRuns);

/// <summary>A run of an executor.</summary>
/// <param name="ContainerId">Its container.</param>
/// <param name="IsCompleted">Whether it is over and done with.</param>
/// <param name="Forked">Its first process; null where none was started, or the machine has been since.</param>
/// <param name="LibprocessPid">Where it is reached; null where it never said.</param>
/// <param name="SpeaksHttp">Whether it uses the v1 API instead: it comes back by itself, or never.</param>
/// <param name="Tasks">Its tasks.</param>
internal sealed record RecoveredRun(
    string ContainerId, bool IsCompleted, ForkedProcess? Forked, UPid? LibprocessPid, bool SpeaksHttp, IReadOnlyList<RecoveredTask> Tasks);

/// <summary>A task that an executor was given.</summary>
/// <param name="Task">The task as it began.</param>
/// <param name="Updates">The updates that were promised to be delivered, in order.</param>
/// <param name="Acknowledged">Those of them that are through.</param>
/// <param name="UpdatesLength">How much of the file of updates is whole; null where all of it is.</param>
internal sealed record RecoveredTask(
    Proto.Task Task, IReadOnlyList<StatusUpdate> Updates, IReadOnlySet<Guid> Acknowledged, long? UpdatesLength);

/// <summary>The updates of an operation.</summary>
internal sealed record RecoveredOperationStream(
    string Name, IReadOnlyList<UpdateOperationStatusMessage> Updates, IReadOnlySet<Guid> Acknowledged, long? Length);

/// <summary>The files of an earlier run cannot be trusted, and the operator wants to be told rather than to go on without.</summary>
internal sealed class RecoveryException(string message) : Exception(message);

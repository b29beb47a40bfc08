using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Where the updates of a task are kept.</summary>
/// <param name="Path">The file they are appended to.</param>
/// <param name="Together">What has to be kept with this one, or null.</param>
internal sealed record UpdateCheckpoint(string Path, Change? Together = null);

/// <summary>What became of an acknowledgement.</summary>
internal enum AcknowledgementResult
{
    /// <summary>Nothing was waiting for it: a duplicate, or one for a stream that is closed.</summary>
    Unexpected,

    /// <summary>The update is through; the task goes on.</summary>
    Accepted,

    /// <summary>The update that ends the task is through; its stream is closed.</summary>
    StreamClosed,
}

/// <summary>Brings the status updates of tasks to the master, reliably and in order. Any thread.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateManager</c> in src/slave/task_status_update_manager.hpp.</remarks>
internal interface ITaskStatusUpdateManager
{
    /// <summary>Takes an update over; completes when it is safe to acknowledge it to the executor, also for a duplicate.</summary>
    /// <param name="uuid">The identity of the update, as in its field.</param>
    /// <param name="update">Belongs to the manager from now on.</param>
    /// <param name="checkpoint">Where it is kept; null for updates that do not outlast the agent.</param>
    /// <param name="isOfUnknownTask">Whether the agent does not know the task: what is remembered of it ends with the last acknowledgement.</param>
    /// <returns>False for a duplicate.</returns>
    /// <exception cref="IOException">It cannot be kept. It must neither be acknowledged nor forwarded.</exception>
    Task<bool> UpdateAsync(Guid uuid, StatusUpdate update, UpdateCheckpoint? checkpoint = null, bool isOfUnknownTask = false);

    /// <summary>Takes up the updates of a task where an earlier run of the agent left off. Nothing is forwarded before <see cref="Resume"/>.</summary>
    void Recover(RecoveredTask task, string frameworkId, string path);

    /// <summary>Takes an acknowledgement of the framework.</summary>
    /// <exception cref="IOException">It cannot be kept.</exception>
    Task<AcknowledgementResult> AcknowledgeAsync(string frameworkId, string taskId, Guid uuid);

    /// <summary>Stops forwarding until <see cref="Resume"/>.</summary>
    void Pause();

    /// <summary>Forwards the head of every stream at once, also where it is in flight.</summary>
    void Resume();

    /// <summary>Drops what is left of a task's updates.</summary>
    void Forget(string frameworkId, string taskId);

    /// <summary>Drops what is left of a framework's updates.</summary>
    void Cleanup(string frameworkId);
}

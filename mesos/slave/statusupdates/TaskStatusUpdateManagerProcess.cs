using LibProcess.Processes;
using Mesos.Common.Collections;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Checkpoint;
using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;
using TaskStream = Mesos.Slave.StatusUpdates.UpdateStream<Mesos.Proto.Internal.StatusUpdate>;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Keeps a stream per task and retries what is not acknowledged: after 10 seconds, then twice as long each time, at most 10 minutes.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateManagerProcess</c> in src/slave/task_status_update_manager.cpp.</remarks>
internal sealed partial class TaskStatusUpdateManagerProcess : ProcessBase, ITaskStatusUpdateManager
{
    /// <summary>The wait before the first retry.</summary>
    public static readonly TimeSpan MinRetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait between retries.</summary>
    public static readonly TimeSpan MaxRetryInterval = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, LinkedDictionary<string, TaskStream>> streams = new(StringComparer.Ordinal);
    private readonly ICheckpointStore store;
    private readonly Action<StatusUpdate> forward;
    private readonly ILogger logger;
    private bool paused = true;

    /// <summary>Creates a manager that is paused.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="store">Keeps what must outlast the agent.</param>
    /// <param name="forward">Sends a copy of an update to the master; called in this process.</param>
    public TaskStatusUpdateManagerProcess(ProcessManager manager, ICheckpointStore store, Action<StatusUpdate> forward)
        : base(manager, manager.Ids.Generate("task-status-update-manager"))
    {
        this.store = store;
        this.forward = forward;
        logger = CreateLogger<TaskStatusUpdateManagerProcess>();
    }

    /// <inheritdoc/>
    public Task<bool> UpdateAsync(Guid uuid, StatusUpdate update, UpdateCheckpoint? checkpoint = null, bool isOfUnknownTask = false) =>
        CallAsync(() => KeepAsync(uuid, update, checkpoint, isOfUnknownTask));

    /// <inheritdoc/>
    public void Recover(RecoveredTask task, string frameworkId, string path) => Dispatch(() =>
    {
        TaskStream stream = NewStream(path);
        stream.Replay(task.Updates.Select(static update => (UuidOf(update), update)), task.Acknowledged);
        if (!stream.IsTerminated)
        {
            StreamsOf(frameworkId)[task.Task.TaskId.Value] = stream;
        }
    });

    /// <inheritdoc/>
    public Task<AcknowledgementResult> AcknowledgeAsync(string frameworkId, string taskId, Guid uuid) =>
        CallAsync(() => KeepAcknowledgementAsync(frameworkId, taskId, uuid));

    /// <inheritdoc/>
    public void Pause() => Dispatch(() =>
    {
        paused = true;
        foreach (TaskStream stream in AllStreams)
        {
            stream.Retry?.Dispose();
        }
    });

    /// <inheritdoc/>
    public void Resume() => Dispatch(() =>
    {
        paused = false;
        foreach (TaskStream stream in AllStreams)
        {
            ForwardHead(stream, MinRetryInterval);
        }
    });

    /// <inheritdoc/>
    public void Forget(string frameworkId, string taskId) => Dispatch(() => Remove(frameworkId, taskId));

    /// <inheritdoc/>
    public void Cleanup(string frameworkId) => Dispatch(() =>
    {
        if (streams.Remove(frameworkId, out LinkedDictionary<string, TaskStream>? removed))
        {
            foreach (TaskStream stream in removed.Values)
            {
                stream.Retry?.Dispose();
            }
        }
    });

    private static TaskStream NewStream(string? path, bool isOfUnknownTask = false) =>
        new(path, static update => update.Status.State.IsTerminal()) { IsOfUnknown = isOfUnknownTask };

    private static Guid UuidOf(StatusUpdate update) => UuidBytes.TryParse(update.Uuid, out Guid uuid) ? uuid : Guid.Empty;

    private IEnumerable<TaskStream> AllStreams => streams.Values.SelectMany(static tasks => tasks.Values);

    private LinkedDictionary<string, TaskStream> StreamsOf(string frameworkId)
    {
        if (!streams.TryGetValue(frameworkId, out LinkedDictionary<string, TaskStream>? tasks))
        {
            streams[frameworkId] = tasks = new LinkedDictionary<string, TaskStream>(StringComparer.Ordinal);
        }

        return tasks;
    }

    private TaskStream? Find(string frameworkId, string taskId) =>
        streams.TryGetValue(frameworkId, out LinkedDictionary<string, TaskStream>? tasks) &&
        tasks.TryGetValue(taskId, out TaskStream? stream)
            ? stream
            : null;

    private void Remove(string frameworkId, string taskId)
    {
        if (streams.TryGetValue(frameworkId, out LinkedDictionary<string, TaskStream>? tasks) && tasks.Remove(taskId, out TaskStream? stream))
        {
            stream.Retry?.Dispose();
            if (tasks.Count == 0)
            {
                streams.Remove(frameworkId);
            }
        }
    }

    private async Task<bool> KeepAsync(Guid uuid, StatusUpdate update, UpdateCheckpoint? checkpoint, bool isOfUnknownTask)
    {
        (string frameworkId, string taskId) = (update.FrameworkId.Value, update.Status.TaskId.Value);
        if (Find(frameworkId, taskId) is { IsOfUnknown: true } && !isOfUnknownTask)
        {
            // What was said of it before there was such a task is not about this one.
            Remove(frameworkId, taskId);
        }

        LinkedDictionary<string, TaskStream> tasks = StreamsOf(frameworkId);
        if (!tasks.TryGetValue(taskId, out TaskStream? stream))
        {
            tasks[taskId] = stream = NewStream(checkpoint?.Path, isOfUnknownTask);
        }

        if (!stream.TryReceive(uuid))
        {
            LogDuplicateUpdate(update.Status.State.WireName(), uuid, taskId, frameworkId);
            await stream.Kept;
            return false;
        }

        if (stream.Path is { } path)
        {
            Change record = new Change.Append(path, RecordFrames.Frame(new StatusUpdateRecord
            {
                Type = StatusUpdateRecord.Types.Type.Update,
                Update = AgentCheckpoints.Downgraded(update),
            }));
            stream.Kept = checkpoint?.Together is { } together ? store.CommitAsync(together, record) : store.CommitAsync(record);
            await stream.Kept;
            if (!ReferenceEquals(Find(frameworkId, taskId), stream))
            {
                // Its framework has gone while it waited for the disk: nobody will acknowledge.
                return true;
            }
        }

        stream.Add(uuid, update);
        if (stream.Count == 1)
        {
            ForwardHead(stream, MinRetryInterval);
        }

        return true;
    }

    private async Task<AcknowledgementResult> KeepAcknowledgementAsync(string frameworkId, string taskId, Guid uuid)
    {
        if (Find(frameworkId, taskId) is not { } stream || !stream.TryBeginAcknowledgement(uuid))
        {
            return AcknowledgementResult.Unexpected;
        }

        stream.Retry?.Dispose();
        if (stream.Path is { } path)
        {
            await store.CommitAsync(new Change.Append(path, RecordFrames.Frame(new StatusUpdateRecord
            {
                Type = StatusUpdateRecord.Types.Type.Ack,
                Uuid = UuidBytes.ToByteString(uuid),
            })));
        }

        stream.EndAcknowledgement();
        if (!ReferenceEquals(Find(frameworkId, taskId), stream))
        {
            return AcknowledgementResult.Unexpected;
        }

        if (!stream.IsTerminated)
        {
            if (stream is { IsOfUnknown: true, Count: 0 })
            {
                Remove(frameworkId, taskId);
            }

            ForwardHead(stream, MinRetryInterval);
            return AcknowledgementResult.Accepted;
        }

        if (stream.Count > 0)
        {
            LogUpdatesAfterEnd(stream.Count, taskId, frameworkId);
        }

        Remove(frameworkId, taskId);
        return AcknowledgementResult.StreamClosed;
    }

    private void ForwardHead(TaskStream stream, TimeSpan retryAfter)
    {
        if (paused || stream.IsBeingAcknowledged || stream.Head is not { } head)
        {
            return;
        }

        forward(head.Clone());
        stream.Retry?.Dispose();
        stream.Retry = Delay(retryAfter, () =>
        {
            LogRetry(head.Status.State.WireName(), head.Status.TaskId.Value, head.FrameworkId.Value, retryAfter);
            TimeSpan next = retryAfter * 2;
            ForwardHead(stream, next < MaxRetryInterval ? next : MaxRetryInterval);
        });
    }

    [LoggerMessage(3350, LogLevel.Warning, "Ignoring the update {State} ({Uuid}) of task '{Task}' of framework {Framework}: it was received before")]
    private partial void LogDuplicateUpdate(string state, Guid uuid, string task, string framework);

    [LoggerMessage(3351, LogLevel.Warning, "Dropping {Count} updates that follow the end of task '{Task}' of framework {Framework}")]
    private partial void LogUpdatesAfterEnd(int count, string task, string framework);

    [LoggerMessage(3352, LogLevel.Warning, "Sending the update {State} of task '{Task}' of framework {Framework} again: no acknowledgement within {Waited}")]
    private partial void LogRetry(string state, string task, string framework, TimeSpan waited);
}

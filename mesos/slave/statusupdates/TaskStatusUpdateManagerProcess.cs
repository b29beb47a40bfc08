using LibProcess.Processes;
using Mesos.Common.Protobuf;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Keeps a stream per task and retries what is not acknowledged: after 10 seconds, then twice as long each time, at most 10 minutes.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateManagerProcess</c> in src/slave/task_status_update_manager.cpp.</remarks>
internal sealed partial class TaskStatusUpdateManagerProcess : ProcessBase, ITaskStatusUpdateManager
{
    /// <summary>The wait before the first retry.</summary>
    public static readonly TimeSpan MinRetryInterval = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait between retries.</summary>
    public static readonly TimeSpan MaxRetryInterval = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, OrderedDictionary<string, TaskStatusUpdateStream>> streams = new(StringComparer.Ordinal);
    private readonly Action<StatusUpdate> forward;
    private readonly ILogger logger;
    private bool paused = true;

    /// <summary>Creates a manager that is paused.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="forward">Sends a copy of an update to the master; called in this process.</param>
    public TaskStatusUpdateManagerProcess(ProcessManager manager, Action<StatusUpdate> forward)
        : base(manager, manager.Ids.Generate("task-status-update-manager"))
    {
        this.forward = forward;
        logger = CreateLogger<TaskStatusUpdateManagerProcess>();
    }

    /// <inheritdoc/>
    public Task UpdateAsync(Guid uuid, StatusUpdate update) => CallAsync(() => Update(uuid, update));

    /// <inheritdoc/>
    public Task<AcknowledgementResult> AcknowledgeAsync(string frameworkId, string taskId, Guid uuid) =>
        CallAsync(() => Acknowledge(frameworkId, taskId, uuid));

    /// <inheritdoc/>
    public void Pause() => Dispatch(() =>
    {
        paused = true;
        foreach (TaskStatusUpdateStream stream in AllStreams)
        {
            stream.Retry?.Dispose();
        }
    });

    /// <inheritdoc/>
    public void Resume() => Dispatch(() =>
    {
        paused = false;
        foreach (TaskStatusUpdateStream stream in AllStreams)
        {
            ForwardHead(stream, MinRetryInterval);
        }
    });

    /// <inheritdoc/>
    public void Cleanup(string frameworkId) => Dispatch(() =>
    {
        if (streams.Remove(frameworkId, out OrderedDictionary<string, TaskStatusUpdateStream>? removed))
        {
            foreach (TaskStatusUpdateStream stream in removed.Values)
            {
                stream.Retry?.Dispose();
            }
        }
    });

    private IEnumerable<TaskStatusUpdateStream> AllStreams => streams.Values.SelectMany(static tasks => tasks.Values);

    private void Update(Guid uuid, StatusUpdate update)
    {
        (string frameworkId, string taskId) = (update.FrameworkId.Value, update.Status.TaskId.Value);
        if (!streams.TryGetValue(frameworkId, out OrderedDictionary<string, TaskStatusUpdateStream>? tasks))
        {
            streams[frameworkId] = tasks = new OrderedDictionary<string, TaskStatusUpdateStream>(StringComparer.Ordinal);
        }

        if (!tasks.TryGetValue(taskId, out TaskStatusUpdateStream? stream))
        {
            tasks[taskId] = stream = new TaskStatusUpdateStream();
        }

        if (!stream.TryAdd(uuid, update))
        {
            LogDuplicateUpdate(update.Status.State.WireName(), uuid, taskId, frameworkId);
        }
        else if (stream.Count == 1)
        {
            ForwardHead(stream, MinRetryInterval);
        }
    }

    private AcknowledgementResult Acknowledge(string frameworkId, string taskId, Guid uuid)
    {
        if (!streams.TryGetValue(frameworkId, out OrderedDictionary<string, TaskStatusUpdateStream>? tasks) ||
            !tasks.TryGetValue(taskId, out TaskStatusUpdateStream? stream) ||
            !stream.TryAcknowledge(uuid))
        {
            return AcknowledgementResult.Unexpected;
        }

        stream.Retry?.Dispose();
        if (!stream.IsTerminated)
        {
            ForwardHead(stream, MinRetryInterval);
            return AcknowledgementResult.Accepted;
        }

        if (stream.Count > 0)
        {
            LogUpdatesAfterEnd(stream.Count, taskId, frameworkId);
        }

        tasks.Remove(taskId);
        if (tasks.Count == 0)
        {
            streams.Remove(frameworkId);
        }

        return AcknowledgementResult.StreamClosed;
    }

    private void ForwardHead(TaskStatusUpdateStream stream, TimeSpan retryAfter)
    {
        if (paused || stream.Head is not { } head)
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

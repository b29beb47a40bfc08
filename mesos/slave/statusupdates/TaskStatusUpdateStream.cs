using LibProcess.Time;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Recovery;

namespace Mesos.Slave.StatusUpdates;

/// <summary>The updates of one task on their way to the master: in order, one at a time, each until it is acknowledged.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateStream</c> in src/slave/task_status_update_manager.cpp.</remarks>
internal sealed class TaskStatusUpdateStream(string? path)
{
    private readonly HashSet<Guid> received = [];
    private readonly Queue<(Guid Uuid, StatusUpdate Update)> pending = new();

    /// <summary>The file the updates are kept in; null for a stream that does not outlast the agent.</summary>
    public string? Path => path;

    /// <summary>Completes when everything received so far is kept.</summary>
    public Task Kept { get; set; } = Task.CompletedTask;

    /// <summary>Whether the update that ends the task was acknowledged.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Whether the head is through, and only that has to be kept yet.</summary>
    public bool IsBeingAcknowledged { get; private set; }

    /// <summary>The update in flight, or the next to go.</summary>
    public StatusUpdate? Head => pending.TryPeek(out (Guid Uuid, StatusUpdate Update) head) ? head.Update : null;

    /// <summary>Updates that wait, the one in flight included.</summary>
    public int Count => pending.Count;

    /// <summary>Fires when the head is due again.</summary>
    public ProcessTimer? Retry { get; set; }

    /// <summary>A stream as an earlier run of the agent left it.</summary>
    public static TaskStatusUpdateStream Replay(RecoveredTask task, string path)
    {
        var stream = new TaskStatusUpdateStream(path);
        foreach (StatusUpdate update in task.Updates)
        {
            _ = UuidBytes.TryParse(update.Uuid, out Guid uuid);
            if (!stream.TryReceive(uuid))
            {
                continue;
            }

            if (task.Acknowledged.Contains(uuid))
            {
                stream.IsTerminated |= update.Status.State.IsTerminal();
            }
            else
            {
                stream.Add(uuid, update);
            }
        }

        return stream;
    }

    /// <returns>False for an update that was received before.</returns>
    public bool TryReceive(Guid uuid) => received.Add(uuid);

    /// <summary>An update is kept, and may be forwarded when its turn comes.</summary>
    public void Add(Guid uuid, StatusUpdate update) => pending.Enqueue((uuid, update));

    /// <returns>False where the acknowledgement is not for the head: a duplicate, or one that nobody expects.</returns>
    public bool TryBeginAcknowledgement(Guid uuid)
    {
        if (IsBeingAcknowledged || !pending.TryPeek(out (Guid Uuid, StatusUpdate Update) head) || head.Uuid != uuid)
        {
            return false;
        }

        return IsBeingAcknowledged = true;
    }

    /// <summary>The acknowledgement of the head is kept.</summary>
    public void EndAcknowledgement()
    {
        IsBeingAcknowledged = false;
        IsTerminated |= pending.Dequeue().Update.Status.State.IsTerminal();
    }
}

using LibProcess.Time;
using Mesos.Common.Protobuf;

namespace Mesos.Slave.StatusUpdates;

/// <summary>The updates of one task on their way to the master: in order, one at a time, each until it is acknowledged.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateStream</c> in src/slave/task_status_update_manager.cpp.</remarks>
internal sealed class TaskStatusUpdateStream
{
    private readonly HashSet<Guid> received = [];
    private readonly Queue<(Guid Uuid, StatusUpdate Update)> pending = new();

    /// <summary>Whether the update that ends the task was acknowledged.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>The update in flight, or the next to go.</summary>
    public StatusUpdate? Head => pending.TryPeek(out (Guid Uuid, StatusUpdate Update) head) ? head.Update : null;

    /// <summary>Updates that wait, the one in flight included.</summary>
    public int Count => pending.Count;

    /// <summary>Fires when the head is due again.</summary>
    public ProcessTimer? Retry { get; set; }

    /// <returns>False for an update that was received before.</returns>
    public bool TryAdd(Guid uuid, StatusUpdate update)
    {
        if (!received.Add(uuid))
        {
            return false;
        }

        pending.Enqueue((uuid, update));
        return true;
    }

    /// <returns>False where the acknowledgement is not for the head: a duplicate, or one that nobody expects.</returns>
    public bool TryAcknowledge(Guid uuid)
    {
        if (!pending.TryPeek(out (Guid Uuid, StatusUpdate Update) head) || head.Uuid != uuid)
        {
            return false;
        }

        pending.Dequeue();
        IsTerminated |= head.Update.Status.State.IsTerminal();
        return true;
    }
}

using LibProcess.Time;

namespace Mesos.Slave.StatusUpdates;

/// <summary>The updates of one task or operation on their way to the master: in order, one at a time, each until it is acknowledged.</summary>
/// <remarks>Upstream: <c>TaskStatusUpdateStream</c> in src/slave/task_status_update_manager.cpp, <c>StatusUpdateStream</c> in src/status_update_manager.</remarks>
/// <typeparam name="TUpdate">The message.</typeparam>
internal sealed class UpdateStream<TUpdate>(string? path, Func<TUpdate, bool> isTerminal)
    where TUpdate : class
{
    private readonly HashSet<Guid> received = [];
    private readonly Queue<(Guid Uuid, TUpdate Update)> pending = new();

    /// <summary>The file the updates are kept in; null for a stream that does not outlast the agent.</summary>
    public string? Path => path;

    /// <summary>Whether it is of something the agent does not know, and is not needed any longer than an update waits in it.</summary>
    public bool IsOfUnknown { get; init; }

    /// <summary>Completes when everything received so far is kept.</summary>
    public Task Kept { get; set; } = Task.CompletedTask;

    /// <summary>Whether the update that ends it was acknowledged.</summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Whether the head is through, and only that has to be kept yet.</summary>
    public bool IsBeingAcknowledged { get; private set; }

    /// <summary>The update in flight, or the next to go.</summary>
    public TUpdate? Head => pending.TryPeek(out (Guid Uuid, TUpdate Update) head) ? head.Update : null;

    /// <summary>Updates that wait, the one in flight included.</summary>
    public int Count => pending.Count;

    /// <summary>Whether nothing ever came.</summary>
    public bool IsEmpty => received.Count == 0;

    /// <summary>Fires when the head is due again.</summary>
    public ProcessTimer? Retry { get; set; }

    /// <summary>Takes up what an earlier run of the agent left.</summary>
    /// <param name="updates">What it received, in order.</param>
    /// <param name="acknowledged">Which of them are through.</param>
    public void Replay(IEnumerable<(Guid Uuid, TUpdate Update)> updates, IReadOnlySet<Guid> acknowledged)
    {
        foreach ((Guid uuid, TUpdate update) in updates)
        {
            if (!TryReceive(uuid))
            {
                continue;
            }

            if (acknowledged.Contains(uuid))
            {
                IsTerminated |= isTerminal(update);
            }
            else
            {
                Add(uuid, update);
            }
        }
    }

    /// <returns>False for an update that was received before.</returns>
    public bool TryReceive(Guid uuid) => received.Add(uuid);

    /// <summary>An update is kept, and may be forwarded when its turn comes.</summary>
    public void Add(Guid uuid, TUpdate update) => pending.Enqueue((uuid, update));

    /// <returns>False where the acknowledgement is not for the head: a duplicate, or one that nobody expects.</returns>
    public bool TryBeginAcknowledgement(Guid uuid)
    {
        if (IsBeingAcknowledged || !pending.TryPeek(out (Guid Uuid, TUpdate Update) head) || head.Uuid != uuid)
        {
            return false;
        }

        return IsBeingAcknowledged = true;
    }

    /// <summary>The acknowledgement of the head is kept.</summary>
    public void EndAcknowledgement()
    {
        IsBeingAcknowledged = false;
        IsTerminated |= isTerminal(pending.Dequeue().Update);
    }
}

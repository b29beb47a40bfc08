namespace Mesos.Slave.State;

/// <summary>How much of one sender's updates waits for acknowledgements.</summary>
internal sealed class UpdateBacklog
{
    /// <summary>
    /// How many may wait. An executor whose scheduler is away for days stays far below it; one that sends all it can gets here in seconds.
    /// </summary>
    public const int MaxUpdates = 50_000;

    /// <summary>How many bytes may wait.</summary>
    public const long MaxBytes = 64L << 20;

    public int Updates { get; set; }

    public long Bytes { get; set; }

    /// <summary>Whether it was refused one and that was told.</summary>
    public bool WasExceeded { get; set; }
}

/// <summary>What became of an update that was to be counted.</summary>
internal enum BacklogResult
{
    /// <summary>It counts from now on.</summary>
    Counted,

    /// <summary>It counts already: it came twice.</summary>
    Known,

    /// <summary>Too much waits already.</summary>
    Full,
}

/// <summary>The updates that were taken from executors and are not acknowledged, so that none may fill the memory of the agent.</summary>
internal sealed class UnacknowledgedUpdates
{
    private readonly Dictionary<string, Dictionary<string, Dictionary<Guid, (UpdateBacklog Of, int Bytes)>>> frameworks = new(StringComparer.Ordinal);

    /// <summary>The backlog of senders that are no executors of this agent, all together.</summary>
    public UpdateBacklog Strangers { get; } = new();

    /// <summary>Counts an update that comes from a sender, unless it would be too much.</summary>
    public BacklogResult TryAdd(UpdateBacklog sender, string frameworkId, string taskId, Guid uuid, int bytes)
    {
        if (Find(frameworkId, taskId)?.ContainsKey(uuid) == true)
        {
            return BacklogResult.Known;
        }

        if (sender.Updates >= UpdateBacklog.MaxUpdates || sender.Bytes + bytes > UpdateBacklog.MaxBytes)
        {
            return BacklogResult.Full;
        }

        Add(sender, frameworkId, taskId, uuid, bytes);
        return BacklogResult.Counted;
    }

    /// <summary>Counts an update, however many there are.</summary>
    public void Add(UpdateBacklog sender, string frameworkId, string taskId, Guid uuid, int bytes)
    {
        if (!frameworks.TryGetValue(frameworkId, out Dictionary<string, Dictionary<Guid, (UpdateBacklog Of, int Bytes)>>? tasks))
        {
            frameworks[frameworkId] = tasks = new(StringComparer.Ordinal);
        }

        if (!tasks.TryGetValue(taskId, out Dictionary<Guid, (UpdateBacklog Of, int Bytes)>? updates))
        {
            tasks[taskId] = updates = [];
        }

        if (updates.TryAdd(uuid, (sender, bytes)))
        {
            sender.Updates++;
            sender.Bytes += bytes;
        }
    }

    /// <summary>An update waits no more.</summary>
    public void Remove(string frameworkId, string taskId, Guid uuid)
    {
        if (Find(frameworkId, taskId) is { } updates && updates.Remove(uuid, out (UpdateBacklog Of, int Bytes) removed))
        {
            Release(removed);
            if (updates.Count == 0)
            {
                RemoveTask(frameworkId, taskId);
            }
        }
    }

    /// <summary>Nothing of a task waits any more.</summary>
    public void RemoveTask(string frameworkId, string taskId)
    {
        if (frameworks.TryGetValue(frameworkId, out Dictionary<string, Dictionary<Guid, (UpdateBacklog Of, int Bytes)>>? tasks) &&
            tasks.Remove(taskId, out Dictionary<Guid, (UpdateBacklog Of, int Bytes)>? updates))
        {
            foreach ((UpdateBacklog Of, int Bytes) update in updates.Values)
            {
                Release(update);
            }

            if (tasks.Count == 0)
            {
                frameworks.Remove(frameworkId);
            }
        }
    }

    /// <summary>Nothing of a framework waits any more.</summary>
    public void RemoveFramework(string frameworkId)
    {
        if (frameworks.TryGetValue(frameworkId, out Dictionary<string, Dictionary<Guid, (UpdateBacklog Of, int Bytes)>>? tasks))
        {
            foreach (string taskId in tasks.Keys.ToArray())
            {
                RemoveTask(frameworkId, taskId);
            }
        }
    }

    private static void Release((UpdateBacklog Of, int Bytes) update)
    {
        update.Of.Updates--;
        update.Of.Bytes -= update.Bytes;
    }

    private Dictionary<Guid, (UpdateBacklog Of, int Bytes)>? Find(string frameworkId, string taskId) =>
        frameworks.TryGetValue(frameworkId, out Dictionary<string, Dictionary<Guid, (UpdateBacklog Of, int Bytes)>>? tasks) &&
        tasks.TryGetValue(taskId, out Dictionary<Guid, (UpdateBacklog Of, int Bytes)>? updates)
            ? updates
            : null;
}

namespace LibProcess.Net;

/// <summary>
/// Collects what one turn of a process sends, so that it leaves with one system call per peer soon after instead of one per
/// message: at the end of the turn, after a millisecond, or when there is much of it.
/// </summary>
internal sealed class TurnBatch
{
    private const int LateMilliseconds = 1;

    [ThreadStatic]
    private static TurnBatch? current;

    private readonly List<OutboundLink> links = [];
    private long since;
    private int depth;

    /// <summary>The batch of the turn that runs on this thread, or null.</summary>
    public static TurnBatch? Current => current is { depth: > 0 } batch ? batch : null;

    /// <summary>Whether something waits to be sent.</summary>
    public bool HasLinks => links.Count > 0;

    /// <summary>A turn starts on this thread.</summary>
    public static TurnBatch Begin()
    {
        TurnBatch batch = current ??= new TurnBatch();
        batch.depth++;
        return batch;
    }

    /// <summary>The turn is over.</summary>
    public void End()
    {
        if (--depth == 0 && links.Count > 0)
        {
            Flush();
        }
    }

    /// <summary>Between two events of the turn.</summary>
    public void FlushIfLate()
    {
        if (Environment.TickCount64 - since > LateMilliseconds)
        {
            Flush();
        }
    }

    public void Add(OutboundLink link)
    {
        if (links.Count == 0)
        {
            since = Environment.TickCount64;
        }

        links.Add(link);
    }

    private void Flush()
    {
        for (int i = 0; i < links.Count; i++)
        {
            links[i].FlushDeferred(this);
        }

        links.Clear();
    }
}

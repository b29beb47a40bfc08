namespace LibProcess.Net;

/// <summary>
/// Collects what one turn of a process sends, so that it leaves with one system call per peer at the end of the turn instead
/// of one per message.
/// </summary>
internal sealed class TurnBatch
{
    [ThreadStatic]
    private static TurnBatch? current;

    private readonly List<OutboundLink> links = [];
    private int depth;

    /// <summary>The batch of the turn that runs on this thread, or null.</summary>
    public static TurnBatch? Current => current is { depth: > 0 } batch ? batch : null;

    /// <summary>A turn starts on this thread.</summary>
    public static void Begin() => (current ??= new TurnBatch()).depth++;

    /// <summary>The turn is over: what it sent leaves.</summary>
    public static void End()
    {
        TurnBatch batch = current!;
        if (--batch.depth > 0)
        {
            return;
        }

        for (int i = 0; i < batch.links.Count; i++)
        {
            batch.links[i].FlushDeferred(batch);
        }

        batch.links.Clear();
    }

    public void Add(OutboundLink link) => links.Add(link);
}

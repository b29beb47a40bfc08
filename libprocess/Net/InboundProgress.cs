namespace LibProcess.Net;

/// <summary>
/// What an accepted connection waits for, written down by the one who reads it and looked at by <see cref="InboundWatch"/>. Once
/// it has carried a message nothing is written any more.
/// </summary>
internal sealed class InboundProgress
{
    private volatile InboundPhase phase;
    private volatile bool hasCalled;
    private volatile int changes;
    private long arrived;
    private long used;

    /// <summary>What is waited for.</summary>
    public InboundPhase Phase => phase;

    /// <summary>Changes when something else is waited for than before, be it the next of the same kind.</summary>
    public int Changes => changes;

    /// <summary>Bytes that have arrived.</summary>
    public long Arrived => Volatile.Read(ref arrived);

    /// <summary>Whether a request did more than read.</summary>
    public bool HasCalled => hasCalled;

    /// <summary>A head has come to its end.</summary>
    public void Begin(string method, bool isMessage)
    {
        if (phase == InboundPhase.Messages)
        {
            return;
        }

        changes++;
        hasCalled |= method is not ("GET" or "HEAD" or "OPTIONS");
        if (isMessage)
        {
            phase = InboundPhase.Messages;
        }
    }

    /// <summary>Everything that can be done with the bytes that are there has been done.</summary>
    /// <param name="taken">Bytes that were used since the last call.</param>
    /// <param name="left">Bytes that are left.</param>
    /// <param name="isReading">Whether more bytes are waited for.</param>
    /// <param name="inBody">Whether they belong to a body.</param>
    public void Note(long taken, long left, bool isReading, bool inBody)
    {
        if (phase == InboundPhase.Messages)
        {
            return;
        }

        used += taken;
        Volatile.Write(ref arrived, used + left);
        InboundPhase next =
            !isReading ? InboundPhase.HeldUp
            : inBody ? InboundPhase.Body
            : left > 0 ? InboundPhase.Head
            : used > 0 ? InboundPhase.Between
            : InboundPhase.Silent;
        if (next != phase)
        {
            phase = next;
            changes++;
        }
    }
}

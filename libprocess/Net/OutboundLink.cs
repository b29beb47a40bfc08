using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;

namespace LibProcess.Net;

/// <summary>
/// One connection to another node. Any thread puts messages in; one at a time, the pump, sends all that has come together.
/// What arrives back is thrown away: the answers of the protocol say nothing.
/// </summary>
/// <remarks>Upstream: <c>SocketManager</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
internal sealed class OutboundLink : IThreadPoolWorkItem
{
    /// <summary>How long the peer may take to close its side after ours.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private const int MaxRounds = 8;

    private readonly string? host;
    private readonly OutboundShared shared;
    private readonly Action<OutboundLink> onEnded;
    private readonly Lock gate = new();
    private readonly MessageEncoder encoder = new();
    private readonly Promise<bool> ended = new();

    private OutgoingBuffer filling = new();
    private OutgoingBuffer sending = new();
    private IConnection? connection;
    private ITimer? lingering;
    private bool isStarted;
    private bool isEnded;

    // Takes no more messages: temporary and drained, replaced by another connection, or the node stops.
    private bool isRetired;

    // Whether the pump runs or somebody has promised to start it; the one who connects has.
    private bool isPumping = true;
    private TurnBatch? deferredTo;
    private Promise<bool>? pumpRests;

    /// <param name="address">The node at the other end.</param>
    /// <param name="host">The name under which it is known, or null.</param>
    /// <param name="isPersistent">Whether it stays open when there is nothing to send.</param>
    /// <param name="shared">What all links have in common.</param>
    /// <param name="onEnded">Called once when it takes no more messages and sends none, outside of all locks of the link.</param>
    public OutboundLink(NetworkAddress address, string? host, bool isPersistent, OutboundShared shared, Action<OutboundLink> onEnded)
    {
        Address = address;
        this.host = host;
        IsPersistent = isPersistent;
        this.shared = shared;
        this.onEnded = onEnded;
    }

    public NetworkAddress Address { get; }

    public bool IsPersistent { get; }

    /// <summary>Completes when the connection is closed and its memory given back.</summary>
    public Task Ended => ended.Task;

    /// <summary>Bytes that wait to be sent, or are being sent. Any thread.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (gate)
            {
                return filling.Bytes + sending.Bytes;
            }
        }
    }

    /// <summary>Starts to connect, on another thread.</summary>
    public void Start() => shared.Scheduler.Schedule(this, fair: true);

    /// <summary>Queues a message; its bytes are made before the call returns, but for those of a large body, which stay where they are.</summary>
    /// <returns>False where this connection takes no more messages: another one is to be used.</returns>
    public bool TrySend(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body)
    {
        bool schedule = false;
        TurnBatch? flush = null;
        bool overflow;
        lock (gate)
        {
            if (isRetired || isEnded)
            {
                return false;
            }

            if (shared.DropsNewest && filling.Bytes + sending.Bytes >= shared.MaxQueuedBytes)
            {
                shared.MessagesOverflowed.Increment();
                return true;
            }

            try
            {
                encoder.Append(filling, from, to, name, message, body);
            }
            catch (Exception exception)
            {
                shared.Unsendable(to, name, exception);
                return true;
            }

            overflow = !shared.DropsNewest && filling.Bytes + sending.Bytes > shared.MaxQueuedBytes;
            if (!isPumping)
            {
                isPumping = true;
                deferredTo = TurnBatch.Current;
                deferredTo?.Add(this);
                schedule = deferredTo is null;
            }

            if (deferredTo is not null && filling.Bytes >= OutgoingBuffer.MuchBytes && deferredTo == TurnBatch.Current)
            {
                flush = deferredTo;
            }
        }

        if (overflow)
        {
            shared.LinksOverflowed.Increment();
            Break("the peer takes too little, its queue is full");
        }

        if (schedule)
        {
            shared.Scheduler.Schedule(this, fair: true);
        }
        else if (flush is not null)
        {
            FlushDeferred(flush);
        }

        return true;
    }

    /// <summary>Sends what a turn has queued.</summary>
    public void FlushDeferred(TurnBatch batch)
    {
        lock (gate)
        {
            if (deferredTo != batch)
            {
                return;
            }

            deferredTo = null;
        }

        _ = PumpAsync();
    }

    /// <summary>
    /// Takes no more messages, sends what it has, and closes. Where another connection takes its place it sends only what is on
    /// its way already; the rest goes over.
    /// </summary>
    /// <param name="successor">Not yet known to any other thread; or null.</param>
    public void Retire(OutboundLink? successor = null)
    {
        lock (gate)
        {
            if (isRetired || isEnded)
            {
                return;
            }

            isRetired = true;
            if (successor is not null)
            {
                (filling, successor.filling) = (successor.filling, filling);
            }

            if (isPumping && deferredTo is null)
            {
                // The pump will find that this was all.
                return;
            }

            isPumping = true;
            deferredTo = null;
        }

        shared.Scheduler.Schedule(this, fair: true);
    }

    /// <summary>Ends the connection at once; what is queued is lost.</summary>
    public void Break(string reason)
    {
        IConnection? open;
        lock (gate)
        {
            if (isEnded)
            {
                return;
            }

            isEnded = true;
            open = connection;
            int lost = filling.Messages + sending.Messages;
            filling.Clear();
            if (!isRetired || lost > 0)
            {
                shared.Lost(Address, IsPersistent, lost, reason);
            }
        }

        open?.Abort();
        onEnded(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        bool start = !isStarted;
        isStarted = true;
        _ = start ? RunAsync() : PumpAsync();
    }

    /// <summary>Connects, then reads until the connection ends.</summary>
    private async Task RunAsync()
    {
        try
        {
            IConnection opened = await shared.Transport.ConnectAsync(Address.ToEndPoint(), host, shared.Stopping).ConfigureAwait(false);
            if (TryOpen(opened))
            {
                _ = PumpAsync();
                await DiscardAsync(opened.Input).ConfigureAwait(false);
            }

            Break("the peer closed the connection");
            await PumpRestsAsync().ConfigureAwait(false);
            await opened.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever a transport throws: a link that has not ended would take messages for ever, and hold the node when it stops.
            Break(exception.Message);
        }
        finally
        {
            if (lingering is not null)
            {
                await lingering.DisposeAsync().ConfigureAwait(false);
            }

            ended.TrySet(true);
        }
    }

    private bool TryOpen(IConnection opened)
    {
        lock (gate)
        {
            if (isEnded)
            {
                isPumping = false;
                return false;
            }

            connection = opened;
            return true;
        }
    }

    private static async ValueTask DiscardAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // What cannot be read has ended, whatever it is called.
                return;
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Called by whoever set <see cref="isPumping"/>, or inherited it from one who did.</summary>
    private async Task PumpAsync()
    {
        PipeWriter output = connection!.Output;
        try
        {
            for (int rounds = 1; ; rounds++)
            {
                if (!TryTake(out bool isLast))
                {
                    // It rests; whoever comes next starts a pump of its own, perhaps by now.
                    return;
                }

                FlushResult written = output is IBlockWriter blocks
                    ? await blocks.WriteAsync(sending.Blocks).ConfigureAwait(false)
                    : await WriteAsync(output, sending.Blocks).ConfigureAwait(false);
                if (written.IsCompleted)
                {
                    Break("the peer takes nothing more");
                }

                if (isLast)
                {
                    await CloseAsync(output).ConfigureAwait(false);
                    break;
                }

                if (rounds == MaxRounds)
                {
                    // Whoever came along to send its own messages has sent enough of those of others.
                    shared.Scheduler.Schedule(this, fair: true);
                    return;
                }
            }
        }
        catch (Exception exception)
        {
            Break(exception.Message);
        }

        Promise<bool>? waiter;
        lock (gate)
        {
            waiter = EndPump();
        }

        waiter?.TrySet(true);
    }

    private static ValueTask<FlushResult> WriteAsync(PipeWriter output, IReadOnlyList<ArraySegment<byte>> blocks)
    {
        foreach (ArraySegment<byte> block in blocks)
        {
            output.Write(block);
        }

        return output.FlushAsync();
    }

    /// <summary>Swaps the buffers.</summary>
    /// <returns>False where there is nothing to do: the pump rests.</returns>
    private bool TryTake(out bool isLast)
    {
        Promise<bool>? waiter;
        lock (gate)
        {
            shared.MessagesSent.Increment(sending.Messages);
            shared.BytesSent.Increment(sending.Bytes);
            sending.Clear();
            isLast = false;
            if (!isEnded && !filling.IsEmpty)
            {
                (filling, sending) = (sending, filling);
                return true;
            }

            if (!isEnded)
            {
                isRetired |= !IsPersistent;
                isLast = isRetired;
            }

            if (isLast)
            {
                return true;
            }

            waiter = EndPump();
        }

        waiter?.TrySet(true);
        return false;
    }

    /// <summary>The pump rests. From here on another one may run. Under the gate.</summary>
    /// <returns>To be told, outside of the gate.</returns>
    private Promise<bool>? EndPump()
    {
        sending.Clear();
        isPumping = false;
        return pumpRests;
    }

    private Task PumpRestsAsync()
    {
        lock (gate)
        {
            if (!isPumping || deferredTo is not null)
            {
                return Task.CompletedTask;
            }

            return (pumpRests ??= new Promise<bool>()).Task;
        }
    }

    /// <summary>Closes our side; a peer that does not close its own is cut off after a while.</summary>
    private async ValueTask CloseAsync(PipeWriter output)
    {
        await output.CompleteAsync().ConfigureAwait(false);
        lock (gate)
        {
            if (!isEnded)
            {
                lingering = shared.Clock.CreateTimer(
                    static state => ((IConnection)state!).Abort(), connection, Linger, Timeout.InfiniteTimeSpan);
            }
        }
    }
}

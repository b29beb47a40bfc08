using System.Buffers;
using System.IO.Pipelines;

namespace LibProcess.Testing.Simulation.Network;

/// <summary>
/// The bytes of one direction of a connection: from the pipe of the sender in pieces onto the wire, and from there, each at its
/// time but never out of order, into the pipe of the receiver.
/// </summary>
internal sealed class Flow
{
    private readonly SimulatedNetwork network;
    private readonly NodeLife sender;
    private readonly NodeLife receiver;
    private readonly Pipe sending;
    private readonly Pipe receiving;
    private readonly Queue<Piece> wire = new();
    private readonly int window;
    private ConnectionEnd senderEnd = null!;
    private ConnectionEnd receiverEnd = null!;
    private long lastDue;
    private int onWire;
    private bool isCut;
    private bool isHeld;
    private bool isSendingOver;
    private bool isWritingOver;
    private bool isReceivingOver;
    private bool isReceiverFull;
    private bool isWaitingForRoom;
    private Agenda.Entry? arrival;
    private Agenda.Entry? givingUp;

    public Flow(SimulatedNetwork network, NodeLife sender, NodeLife receiver)
    {
        this.network = network;
        this.sender = sender;
        this.receiver = receiver;
        window = network.Conditions.WindowBytes;

        // Whoever awaits inside a process goes on there; others go on in the step of the network that completes what they await.
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: window,
            resumeWriterThreshold: window / 2);
        sending = new Pipe(options);
        receiving = new Pipe(options);
    }

    public PipeWriter Writer => sending.Writer;

    public PipeReader Reader => receiving.Reader;

    public string SenderName => sender.Node.Name;

    public void Join(ConnectionEnd from, ConnectionEnd to)
    {
        senderEnd = from;
        receiverEnd = to;
        _ = WaitForBytesAsync();
    }

    /// <summary>Nothing more gets through, and of what is on the wire only the beginning.</summary>
    public void Cut()
    {
        isCut = true;
        int keep = onWire == 0 ? 0 : network.Chance.Next(onWire + 1);
        Piece[] pieces = [.. wire];
        ClearWire();
        foreach (Piece piece in pieces)
        {
            int length = Math.Min(keep, piece.Bytes.Length);
            if (length > 0)
            {
                wire.Enqueue(piece with { Bytes = piece.Bytes[..length] });
                onWire += length;
                keep -= length;
            }
        }
    }

    /// <summary>The sender is gone: what it sent arrives in part or as a whole, then an end.</summary>
    public void EndAbruptly()
    {
        if (isCut || isSendingOver)
        {
            return;
        }

        if (network.Chance.Happens(0.5))
        {
            Cut();
        }

        StopSending();
        PutOnWire([]);
    }

    /// <summary>The sender is gone and nobody tells the receiver.</summary>
    public void StopSending() => isSendingOver = isCut = true;

    /// <summary>The sender is told that nothing it writes arrives.</summary>
    public void EndWriting()
    {
        StopSending();
        if (!isWritingOver)
        {
            isWritingOver = true;
            sending.Reader.Complete();
        }
    }

    /// <summary>The receiver gets nothing more.</summary>
    /// <returns>False if it knew already.</returns>
    public bool EndReading(Exception? exception)
    {
        if (isReceivingOver)
        {
            return false;
        }

        isReceivingOver = true;
        ClearWire();
        arrival?.Cancel();
        givingUp?.Cancel();
        receiving.Writer.Complete(exception);
        return true;
    }

    /// <summary>The network is whole again.</summary>
    public void RetryIfHeld()
    {
        if (!isHeld)
        {
            return;
        }

        isHeld = false;
        givingUp?.Cancel();
        if (wire.Count > 0)
        {
            ScheduleArrival(network.Now + network.Latency().Ticks);
        }
    }

    private async Task WaitForBytesAsync()
    {
        ReadResult read;
        try
        {
            read = await sending.Reader.ReadAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (isWritingOver)
        {
            return;
        }

        network.Guard.Check("bytes were sent");
        sending.Reader.AdvanceTo(read.Buffer.Start);
        network.AtOnce(sender, Take);
    }

    /// <summary>Takes from the sender what the window allows.</summary>
    private void Take()
    {
        while (!isWritingOver && sending.Reader.TryRead(out ReadResult read))
        {
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (isCut)
            {
                // Lost, and the sender does not know.
                sending.Reader.AdvanceTo(buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }

                continue;
            }

            int room = window - onWire;
            if (buffer.IsEmpty)
            {
                sending.Reader.AdvanceTo(buffer.End);
                if (read.IsCompleted)
                {
                    isSendingOver = true;
                    PutOnWire([]);
                    return;
                }

                continue;
            }

            if (room <= 0 || isReceiverFull)
            {
                isWaitingForRoom = true;
                sending.Reader.AdvanceTo(buffer.Start);
                return;
            }

            int size = network.PieceSize((int)Math.Min(buffer.Length, room));
            byte[] piece = buffer.Slice(0, size).ToArray();
            sending.Reader.AdvanceTo(buffer.GetPosition(size));
            PutOnWire(piece);
        }

        if (!isWritingOver)
        {
            _ = WaitForBytesAsync();
        }
    }

    private void PutOnWire(byte[] bytes)
    {
        long time = network.Now + network.Latency().Ticks;
        if (receiver.Node.ReceiveBytesPerSecond is { } rate)
        {
            time = Math.Max(time, lastDue) + (bytes.Length * TimeSpan.TicksPerSecond / Math.Max(1, rate));
        }

        lastDue = Math.Max(lastDue + 1, time);
        wire.Enqueue(new Piece(bytes, lastDue));
        onWire += bytes.Length;
        if (arrival is not { IsPending: true } && !isHeld && !isReceiverFull)
        {
            ScheduleArrival(lastDue);
        }
    }

    private void ScheduleArrival(long due)
    {
        arrival?.Cancel();
        arrival = network.At(Math.Max(due, network.Now), Arrive);
    }

    private void Arrive()
    {
        if (wire.Count == 0)
        {
            return;
        }

        if (network.IsCut(sender, receiver))
        {
            Hold();
            return;
        }

        if (receiverEnd.IsGone || !receiver.IsAlive)
        {
            ClearWire();
            senderEnd.LearnLater();
            return;
        }

        if (isReceivingOver)
        {
            ClearWire();
            return;
        }

        if (receiver.IsPaused)
        {
            ScheduleArrival(receiver.PausedUntil);
            return;
        }

        Piece piece = wire.Dequeue();
        onWire -= piece.Bytes.Length;
        if (piece.Bytes.Length == 0)
        {
            isReceivingOver = true;
            network.Note(receiver.Node.Name, "end", SenderName);
            receiving.Writer.Complete();
            return;
        }

        network.Note(receiver.Node.Name, "bytes", SenderName, number: (ulong)piece.Bytes.Length);
        network.NoteBytes(piece.Bytes);
        _ = DeliverAsync(piece);
    }

    private async Task DeliverAsync(Piece piece)
    {
        receiving.Writer.Write(piece.Bytes);
        isReceiverFull = true;
        long before = network.Step;
        await receiving.Writer.FlushAsync().ConfigureAwait(false);
        network.Guard.Check("bytes were read");
        if (network.Step == before)
        {
            HasRoom();
        }
        else
        {
            // The sender is told that there is room again.
            network.At(network.Now + network.Latency().Ticks, HasRoom);
        }
    }

    private void ClearWire()
    {
        wire.Clear();
        onWire = 0;
    }

    private void HasRoom()
    {
        isReceiverFull = false;
        if (isReceivingOver)
        {
            return;
        }

        if (wire.TryPeek(out Piece next))
        {
            ScheduleArrival(next.Due);
        }

        if (!isSendingOver && sender.IsAlive)
        {
            TakeMore();
        }
    }

    // A sender that waits for room has bytes left in its pipe, and nobody waits for them.
    private void TakeMore()
    {
        if (isWaitingForRoom)
        {
            isWaitingForRoom = false;
            network.AtOnce(sender, Take);
        }
    }

    private void Hold()
    {
        isHeld = true;
        if (givingUp is not { IsPending: true })
        {
            givingUp = network.At(network.Now + network.Conditions.GiveUpAfter.Ticks, senderEnd.LearnLater);
        }
    }

    private readonly record struct Piece(byte[] Bytes, long Due);
}

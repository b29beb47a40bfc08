using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Scheduling;

namespace LibProcess.Net;

/// <summary>
/// One accepted connection: reads requests, hands messages and requests over in order, and lets <see cref="ResponsePipeline"/>
/// answer. A request is never waited for, so many can be under way.
/// </summary>
/// <remarks>Upstream: <c>internal::receive</c> and <c>ProcessManager::handle</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The tokens outlive the connection, and the source holds nothing but them")]
internal sealed class InboundConnection
{
    /// <summary>How long a client may take to notice that the connection was closed after the last answer.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);
    private static readonly AnswerFacts Repeatable = new(KeepAlive: true, AcceptsGzip: false, IsHead: false);

    /// <summary>Reads that may find bytes waiting one after the other before others get a turn.</summary>
    private const int MaxAtOnce = 8;

    private readonly InboundShared shared;
    private readonly IConnection connection;
    private readonly PipeReader input;
    private readonly CancellationTokenSource gone = new();
    private readonly ResponsePipeline answers;
    private readonly BodyReader bodies;
    private readonly RepeatedHeads repeated = new();
    private readonly uint clientIp;

    private HeadScanner scanner;
    private RequestHead? head;
    private MessageHead? message;
    private StreamedBody? stream;
    private long maxBody;
    private string? unresolvable;
    private string? hostToResolve;

    public InboundConnection(IConnection connection, InboundShared shared)
    {
        this.connection = connection;
        this.shared = shared;
        input = connection.Input;
        answers = new ResponsePipeline(connection, shared, gone.Token);
        bodies = new BodyReader(shared.Limits.MaxHeadBytes, shared.Limits.MaxChunkExtensionBytes);
        clientIp = NetworkAddress.From(connection.RemoteEndPoint.Address, 0).Ip;
    }

    private enum Step
    {
        NeedMore,
        NeedHost,
        NeedRoom,
        NeedFlush,
        Stop,
    }

    /// <summary>What is waited for. Any thread.</summary>
    public InboundProgress Progress { get; } = new();

    /// <summary>Whether nothing waits to be answered.</summary>
    public bool IsAnswered => answers.IsIdle;

    /// <summary>See <see cref="AnswerOutput.Stalled"/>.</summary>
    public long? AnswerStalled => answers.Stalled;

    /// <summary>Completes when the last answer is out.</summary>
    public Task Answered => answers.Completed;

    /// <summary>Ends when the connection has.</summary>
    public async Task RunAsync()
    {
        Task lingering = LingerAsync();
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A reset, or a fault of ours: in both cases it ends here.
            if (exception is not IOException)
            {
                shared.ConnectionFailed(connection.RemoteEndPoint, exception);
            }

            connection.Abort();
        }

        stream?.Fail("the client left before the end of the body");
        await LeaveAsync().ConfigureAwait(false);
        answers.Finish();
        await answers.Completed.ConfigureAwait(false);
        await lingering.ConfigureAwait(false);
        bodies.Release();
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes no more requests, ends streams, and closes the connection after the answers that wait. Any thread.</summary>
    public async ValueTask RetireAsync()
    {
        await LeaveAsync().ConfigureAwait(false);
        answers.FinishFromOutside();
    }

    /// <summary>Ends a connection on which no request is under way. Any thread.</summary>
    public void EndIdle() => answers.FinishFromOutside();

    /// <summary>Ends the connection at once. Any thread.</summary>
    public void Abort()
    {
        connection.Abort();
        Volatile.Read(ref stream)?.Abandon();
    }

    /// <summary>Tells whoever works for the client that it is gone.</summary>
    private async ValueTask LeaveAsync()
    {
        try
        {
            await SimulatedThread.CancelAsync(gone).ConfigureAwait(false);
        }
        catch (AggregateException exception)
        {
            shared.ConnectionFailed(connection.RemoteEndPoint, exception);
        }
    }

    private async Task ReadAsync()
    {
        int atOnce = 0;
        while (true)
        {
            ValueTask<ReadResult> reading = input.ReadAsync();
            atOnce = reading.IsCompleted ? atOnce + 1 : 0;
            ReadResult result = await reading.ConfigureAwait(false);
            if (atOnce == MaxAtOnce)
            {
                // A sender that never pauses does not keep the thread from the processes that handle what it sends.
                atOnce = 0;
                if (!SimulatedThread.IsCurrent)
                {
                    await Task.Yield();
                }
            }

            ReadOnlySequence<byte> buffer = result.Buffer;
            long arrived = buffer.Length;
            Step step = answers.Completed.IsCompleted ? Step.Stop : Consume(ref buffer);
            shared.BytesReceived.Increment(arrived - buffer.Length);
            Progress.Note(arrived - buffer.Length, buffer.Length, step == Step.NeedMore && stream is null, head is not null);
            shared.MessagesReceived.Increment(answers.Kick());
            switch (step)
            {
                case Step.NeedHost:
                    input.AdvanceTo(buffer.Start, buffer.Start);
                    await ResolveAsync().ConfigureAwait(false);
                    break;
                case Step.NeedRoom:
                    input.AdvanceTo(buffer.Start, buffer.Start);
                    await answers.WaitForRoomAsync().ConfigureAwait(false);
                    break;
                case Step.NeedFlush:
                    input.AdvanceTo(buffer.Start, buffer.Start);
                    await stream!.FlushAsync().ConfigureAwait(false);
                    break;
                case Step.Stop:
                    input.AdvanceTo(buffer.End);
                    answers.Finish();
                    await DiscardAsync().ConfigureAwait(false);
                    return;
                default:
                    input.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted || !await ReadPlaceAsync().ConfigureAwait(false))
                    {
                        return;
                    }

                    break;
            }
        }
    }

    /// <summary>What is left of a large body goes from the socket right to its place. The reader holds no bytes then.</summary>
    /// <returns>False at the end of the stream.</returns>
    private async ValueTask<bool> ReadPlaceAsync()
    {
        for (Memory<byte> place = bodies.Place; !place.IsEmpty && connection is IDirectInput direct; place = bodies.Place)
        {
            int read = await direct.ReadDirectlyAsync(place).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            bodies.Placed(read);
            shared.BytesReceived.Increment(read);
            Progress.Note(read, 0, isReading: true, inBody: true);
        }

        return true;
    }

    private Step Consume(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            if (head is null)
            {
                if (answers.IsFull)
                {
                    return Step.NeedRoom;
                }

                DeliverRepeated(ref buffer);
                if (buffer.IsEmpty)
                {
                    return Step.NeedMore;
                }

                if (ReadHead(ref buffer) is { } wait)
                {
                    return wait;
                }
            }

            if (stream is not null)
            {
                if (ReadStream(ref buffer) is { } wait)
                {
                    return wait;
                }
            }
            else if (ReadBody(ref buffer) is { } wait)
            {
                return wait;
            }

            bool stop = !head!.KeepAlive;
            head = null;
            message = null;
            if (stop)
            {
                return Step.Stop;
            }
        }
    }

    /// <returns>Null when the request is handed on, else what to wait for.</returns>
    private Step? ReadBody(ref ReadOnlySequence<byte> buffer)
    {
        switch (bodies.Read(ref buffer, out ReadOnlySequence<byte> body))
        {
            case BodyResult.NeedMore:
                return Step.NeedMore;
            case BodyResult.Complete:
                Handle(head!, body);
                break;
            case BodyResult.Trailers:
                Undecodable(head!, head!.KeepAlive);
                break;
            case BodyResult.TooLarge:
                TooLarge(head!, shared.BodiesTooLarge, keepAlive: false);
                return Step.Stop;
            default:
                Undecodable(head!, keepAlive: false);
                return Step.Stop;
        }

        bodies.Release();
        return null;
    }

    /// <returns>Null when the body is over, else what to wait for.</returns>
    private Step? ReadStream(ref ReadOnlySequence<byte> buffer)
    {
        BodyResult result = stream!.Read(ref buffer);
        switch (result)
        {
            case BodyResult.NeedMore:
                return stream.HasUnflushed ? Step.NeedFlush : Step.NeedMore;
            case BodyResult.Complete:
                stream.Complete();
                break;
            default:
                // The handler is at work already: it learns of it from its reader, and its answer says what it says.
                shared.BrokenBody(connection.RemoteEndPoint, head!.Path);
                stream.Fail(StreamedBody.Undecodable);
                if (result != BodyResult.Trailers)
                {
                    return Step.Stop;
                }

                break;
        }

        Volatile.Write(ref stream, null);
        return null;
    }

    /// <summary>The fast lane: messages whose heads came before on this connection, each in one piece.</summary>
    private void DeliverRepeated(ref ReadOnlySequence<byte> buffer)
    {
        ReadOnlyMemory<byte> memory = buffer.First;
        int used = 0;
        int delivered = 0;
        while (repeated.TryRead(memory.Span[used..], out MessageHead? known, out int bodyStart, out int bodyLength, out int length))
        {
            var body = new ReadOnlySequence<byte>(memory.Slice(used + bodyStart, bodyLength));
            Deliver(known, body, Repeatable, reader: null);
            used += length;
            delivered++;
        }

        if (delivered > 0)
        {
            buffer = buffer.Slice(used);
            scanner = default;
        }
    }

    /// <returns>Null when the head is there, else what to wait for.</returns>
    private Step? ReadHead(ref ReadOnlySequence<byte> buffer)
    {
        int limit = shared.Limits.MaxHeadBytes;
        ReadOnlySpan<byte> bytes = buffer.FirstSpan;
        HeadScanner before = scanner;
        HeadScan found = scanner.Reached <= bytes.Length ? scanner.Scan(bytes) : HeadScan.NeedMore;
        if (found == HeadScan.NeedMore && !buffer.IsSingleSegment)
        {
            bytes = buffer.Slice(0, Math.Min(buffer.Length, limit)).ToArray();
            found = scanner.Scan(bytes);
        }

        if (found == HeadScan.NeedMore && buffer.Length < limit)
        {
            return Step.NeedMore;
        }

        HttpResponse? refusal = null;
        if (found != HeadScan.Complete
            || scanner.End > limit
            || RequestHeadParser.Parse(bytes[scanner.Start..scanner.End], shared.Limits, out refusal) is not { } parsed)
        {
            RefuseHead(refusal, isTooLarge: found == HeadScan.NeedMore || scanner.End > limit);
            return Step.Stop;
        }

        if (parsed.Sender is { } sender && !TryReadMessage(parsed, sender))
        {
            scanner = before;
            return Step.NeedHost;
        }

        if (message is { IsLasting: true } && parsed is { KeepAlive: true, IsGzip: false, Framing: not BodyFraming.Length })
        {
            repeated.Add(bytes[scanner.Start..scanner.End], message, parsed.Framing == BodyFraming.Chunked);
        }

        buffer = buffer.Slice(scanner.End);
        scanner = default;
        head = parsed;
        Progress.Begin(parsed.Method, isMessage: message is not null);
        BeginBody(parsed);
        return null;
    }

    private void RefuseHead(HttpResponse? refusal, bool isTooLarge)
    {
        shared.BrokenHead(connection.RemoteEndPoint);
        if (refusal is not null)
        {
            answers.Add(refusal, new AnswerFacts(KeepAlive: false, AcceptsGzip: false, IsHead: false));
        }

        if (isTooLarge || refusal is not null)
        {
            shared.HeadsTooLarge.Increment();
        }
    }

    /// <summary>The route says how long the body may be, and whether the handler wants to read it while it arrives.</summary>
    private void BeginBody(RequestHead request)
    {
        maxBody = shared.Limits.MaxBodyBytes;
        if (message is null && request.Framing != BodyFraming.None)
        {
            RouteOptions options = shared.Node.OptionsOf(request.Path);
            maxBody = options.MaxBodyBytes ?? shared.Limits.MaxRequestBodyBytes;
            if (options.StreamsRequest)
            {
                Volatile.Write(ref stream, new StreamedBody(request.Framing, request.ContentLength, request.IsGzip, shared.Limits));
                Request(request, default, AnswerFacts.Of(request) with { Body = stream });
                return;
            }
        }

        bodies.Begin(request.Framing, request.ContentLength, maxBody);
    }

    /// <returns>False where the sender's host must be looked up first.</returns>
    private bool TryReadMessage(RequestHead parsed, string sender)
    {
        message = MessageHead.Read(parsed, sender, shared.Node.Hosts, out hostToResolve);
        if (message is null)
        {
            if (hostToResolve != unresolvable)
            {
                return false;
            }

            message = MessageHead.ReadWithoutSender(parsed);
        }

        // Next time the name may be known.
        unresolvable = null;
        return true;
    }

    private async ValueTask ResolveAsync()
    {
        string host = hostToResolve!;
        uint? found = await shared.Node.Hosts.ResolveAsync(host, CancellationToken.None).ConfigureAwait(false);
        unresolvable = found is null ? host : null;
    }

    private void Handle(RequestHead request, ReadOnlySequence<byte> body)
    {
        AnswerFacts facts = AnswerFacts.Of(request);
        if (request.IsGzip && body.Length > 0)
        {
            BodyResult result = GzipCoding.Inflate(body, maxBody, shared.Limits.MaxInflation, out byte[] inflated);
            if (result == BodyResult.TooLarge)
            {
                TooLarge(request, shared.InflationsTooLarge, request.KeepAlive);
                return;
            }

            if (result != BodyResult.Complete)
            {
                Undecodable(request, request.KeepAlive);
                return;
            }

            body = new ReadOnlySequence<byte>(inflated);
        }

        if (message is not null)
        {
            Deliver(message, body, facts, bodies);
            return;
        }

        Request(request, body.ToArray(), facts);
    }

    private void Request(RequestHead request, ReadOnlyMemory<byte> body, AnswerFacts facts)
    {
        shared.RequestsReceived.Increment();
        answers.Add(
            shared.Node.HandleAsync(new HttpRequest
            {
                Method = request.Method,
                Path = request.Path,
                Query = request.Query,
                Headers = request.Headers,
                Body = body,
                BodyPipe = facts.Body?.Reader,
                Client = connection.RemoteEndPoint,
                Aborted = gone.Token,
            }),
            facts);
    }

    private void Deliver(MessageHead target, in ReadOnlySequence<byte> body, AnswerFacts facts, BodyReader? reader)
    {
        if (target.Refusal is { } refusal)
        {
            answers.Add(refusal, facts);
        }
        else if (shared.RequirePeerAddressMatch && target.From.Address.Ip != clientIp)
        {
            answers.Add(MessageHead.AddressMismatch(target.From, connection.RemoteEndPoint), facts);
        }
        else if (!shared.Node.Deliver(target, body, reader))
        {
            answers.Add(HttpResponse.NotFound(), facts);
        }
        else
        {
            answers.AddAccepted();
        }
    }

    private void Undecodable(RequestHead request, bool keepAlive)
    {
        shared.BrokenBody(connection.RemoteEndPoint, request.Path);
        answers.Add(HttpResponse.InternalServerError(StreamedBody.Undecodable), AnswerFacts.Of(request) with { KeepAlive = keepAlive });
    }

    private void TooLarge(RequestHead request, Metrics.Counter counter, bool keepAlive)
    {
        counter.Increment();
        shared.BrokenBody(connection.RemoteEndPoint, request.Path);
        answers.Add(HttpResponse.TooLarge(), AnswerFacts.Of(request) with { KeepAlive = keepAlive });
    }

    /// <summary>Reads on to learn when the client leaves; what it sends does not count any more.</summary>
    private async ValueTask DiscardAsync()
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync().ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>A client that does not notice the end of the connection is cut off.</summary>
    private async Task LingerAsync()
    {
        await answers.Completed.ConfigureAwait(false);
        if (!gone.IsCancellationRequested)
        {
            using ITimer timer = shared.Clock.CreateTimer(static state => ((IConnection)state!).Abort(), connection, Linger, Timeout.InfiniteTimeSpan);
            await WhenGoneAsync().ConfigureAwait(false);
        }
    }

    private Task<bool> WhenGoneAsync()
    {
        var promise = new Futures.Promise<bool>();
        gone.Token.UnsafeRegister(static state => ((Futures.Promise<bool>)state!).TrySet(true), promise);
        return promise.Task;
    }
}

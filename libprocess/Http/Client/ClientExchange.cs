using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using LibProcess.Futures;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Http.Client;

/// <summary>One request and whoever waits for its answer.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token outlives the exchange, and its source holds nothing but it")]
internal abstract class ClientExchange(ClientRequest request)
{
    private CancellationTokenSource? over;

    public ClientRequest Request => request;

    /// <summary>Where the streamed body of the request comes from, or null.</summary>
    public PipeReader? Body { get; private set; }

    /// <summary>The wish to give up, to be forgotten when there is nothing to give up any more.</summary>
    public CancellationTokenRegistration GivingUp { get; set; }

    /// <summary>Given up before it was sent. Under the gate of the connection, like the other states.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>Whether bytes of it may be on their way.</summary>
    public bool IsStarted { get; set; }

    public bool IsSent { get; set; }

    /// <summary>Whether the answer has arrived to its end.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Starts the author of a streamed body, on the caller's thread.</summary>
    public void StartBody(PipeOptions options)
    {
        if (request.Stream is { } write)
        {
            var pipe = new Pipe(options);
            over = new CancellationTokenSource();
            Body = pipe.Reader;
            _ = WriteBodyAsync(pipe.Writer, write, over.Token);
        }
    }

    /// <summary>Tells the author of the body that nothing more is wanted.</summary>
    /// <param name="isUnsent">Whether nobody else will give the reader of the body up.</param>
    public void EndBody(bool isUnsent)
    {
        if (isUnsent)
        {
            Body?.Complete();
        }
        else
        {
            Body?.CancelPendingRead();
        }

        try
        {
            if (over is not null)
            {
                SimulatedThread.Cancel(over);
            }
        }
        catch (AggregateException)
        {
            // What an author does when it is told is its own affair.
        }
    }

    /// <summary>The head of the answer has arrived.</summary>
    public abstract void Begin(ReceivedHead head);

    /// <summary>Takes a piece of the body.</summary>
    /// <returns>False where nobody wants it.</returns>
    /// <exception cref="HttpClientException">The body is too large.</exception>
    public abstract ValueTask<bool> WriteAsync(ReadOnlySequence<byte> piece);

    /// <summary>The body has arrived to its end.</summary>
    public abstract void Complete();

    /// <summary>The connection has ended. Any thread.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Called by the one who reads, when it stops: the body ends here.</summary>
    public virtual void Close(Exception cause)
    {
    }

    /// <summary>Whoever waits does not want to any more. Any thread.</summary>
    public abstract void GiveUp(CancellationToken cancellation);

    private static async Task WriteBodyAsync(PipeWriter writer, Func<PipeWriter, CancellationToken, Task> write, CancellationToken over)
    {
        try
        {
            await write(writer, over);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(exception);
        }
    }
}

/// <summary>An answer that is wanted as a whole.</summary>
internal sealed class WholeExchange(ClientRequest request, WireLimits limits) : ClientExchange(request)
{
    private const int AtOnce = 1024 * 1024;

    private readonly Promise<ClientResponse> response = new();
    private ReceivedHead? head;
    private ArrayBufferWriter<byte>? body;

    public Task<ClientResponse> Response => response.Task;

    public override void Begin(ReceivedHead head)
    {
        if (head.ContentLength > limits.MaxBodyBytes)
        {
            throw TooLarge();
        }

        this.head = head;
    }

    public override ValueTask<bool> WriteAsync(ReadOnlySequence<byte> piece)
    {
        // What the head promises is not believed for much.
        body ??= new ArrayBufferWriter<byte>((int)Math.Max(Math.Min(head!.ContentLength, AtOnce), piece.First.Length));
        if (body.WrittenCount + piece.Length > limits.MaxBodyBytes)
        {
            throw TooLarge();
        }

        foreach (ReadOnlyMemory<byte> part in piece)
        {
            body.Write(part.Span);
        }

        return ValueTask.FromResult(true);
    }

    public override void Complete()
    {
        ReadOnlyMemory<byte> bytes = body?.WrittenMemory ?? default;
        if (head!.IsGzip && !bytes.IsEmpty)
        {
            BodyResult result = GzipCoding.Inflate(new ReadOnlySequence<byte>(bytes), limits.MaxBodyBytes, limits.MaxInflation, out byte[] inflated);
            if (result != BodyResult.Complete)
            {
                response.TryFail(result == BodyResult.TooLarge
                    ? TooLarge()
                    : new HttpClientException(HttpClientError.Malformed, "The body of the answer cannot be inflated"));
                return;
            }

            bytes = inflated;
        }

        response.TrySet(new ClientResponse(head, bytes));
    }

    public override void Fail(Exception cause) => response.TryFail(cause);

    public override void GiveUp(CancellationToken cancellation) => response.TryCancel(cancellation);

    private HttpClientException TooLarge() => new(HttpClientError.TooLarge, $"The answer is longer than {limits.MaxBodyBytes} bytes");
}

/// <summary>An answer that is read while it arrives.</summary>
internal sealed class StreamedExchange(ClientRequest request, PipeOptions options, Action<ClientExchange> abandon) : ClientExchange(request)
{
    private readonly Promise<StreamedResponse> response = new();
    private Pipe? pipe;

    public Task<StreamedResponse> Response => response.Task;

    private static HttpClientException Malformed(Exception? cause) =>
        new(HttpClientError.Malformed, "The body of the answer cannot be inflated", cause);

    public override void Begin(ReceivedHead head)
    {
        GivingUp.Unregister();
        var opened = new Pipe(options);
        PipeReader reader = head.IsGzip
            ? PipeReader.Create(new InflatingStream(opened.Reader.AsStream(), Malformed))
            : new ContextKeepingReader(opened.Reader);
        Volatile.Write(ref pipe, opened);
        if (!response.TrySet(new StreamedResponse(head, reader, () => abandon(this))))
        {
            opened.Reader.Complete();
        }
    }

    public override async ValueTask<bool> WriteAsync(ReadOnlySequence<byte> piece)
    {
        foreach (ReadOnlyMemory<byte> part in piece)
        {
            pipe!.Writer.Write(part.Span);
        }

        FlushResult flushed = await pipe!.Writer.FlushAsync().ConfigureAwait(false);
        return flushed is { IsCompleted: false, IsCanceled: false };
    }

    public override void Complete() => pipe!.Writer.Complete();

    public override void Fail(Exception cause)
    {
        // Once there is a body it fails with it; see Close.
        if (!response.TryFail(cause))
        {
            Volatile.Read(ref pipe)?.Writer.CancelPendingFlush();
        }
    }

    public override void Close(Exception cause) => pipe?.Writer.Complete(cause);

    public override void GiveUp(CancellationToken cancellation) => response.TryCancel(cancellation);
}

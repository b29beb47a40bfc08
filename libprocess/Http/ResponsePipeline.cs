using System.IO.Pipelines;
using LibProcess.Futures;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Http;

/// <summary>
/// The answers of one connection: they leave in the order of their requests, whenever they become ready. Answers to messages
/// are all the same and are only counted, so a sender that never reads them costs nothing and is never held up.
/// </summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/src/http_proxy.cpp. One thread adds; whoever finds the writer idle becomes it until all that
/// is ready has been written.
/// </remarks>
internal sealed class ResponsePipeline(IConnection connection, InboundShared shared, CancellationToken gone)
{
    private const int FlushFrom = 64 * 1024;
    private const int AcceptedAtOnce = 256;

    private readonly PipeWriter output = connection.Output;
    private readonly AnswerOutput answers = new(connection.Output);
    private readonly Lock gate = new();
    private readonly Queue<Answer> queue = new();
    private readonly Promise<bool> completed = new();
    private Promise<bool>? room;
    private int waiting;
    private int accepted;
    private int kicked;
    private bool isWriting;
    private bool isFinished;

    // Of the writer alone.
    private bool isLost;
    private bool isClosing;

    /// <summary>Completes when nothing more will be written. The connection may be disposed then.</summary>
    public Task Completed => completed.Task;

    /// <summary>Whether nothing waits to be answered and nothing is being written. Any thread.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate)
            {
                return !isWriting && queue.Count == 0;
            }
        }
    }

    /// <summary>See <see cref="AnswerOutput.Stalled"/>.</summary>
    public long? Stalled => answers.Stalled;

    /// <summary>Whether as many requests wait for their answers as one connection may have.</summary>
    public bool IsFull => Volatile.Read(ref waiting) >= shared.Limits.MaxPipelinedRequests;

    /// <summary>Answers one more message; <see cref="Kick"/> sends it.</summary>
    public void AddAccepted() => accepted++;

    /// <summary>Adds the answer to a request that is on its way through the processes.</summary>
    public void Add(ValueTask<HttpResponse> response, AnswerFacts facts) => Enqueue(new Answer(0, response, facts));

    /// <summary>Adds an answer that is there.</summary>
    public void Add(HttpResponse response, AnswerFacts facts) => Add(new ValueTask<HttpResponse>(response), facts);

    /// <summary>Nothing more will be added: after the last answer the connection tells its peer that this was all.</summary>
    public void Finish()
    {
        lock (gate)
        {
            isFinished = true;
        }

        Kick();
    }

    /// <summary>The same from another thread than the one that adds: what that one adds from now on is not answered.</summary>
    public void FinishFromOutside()
    {
        lock (gate)
        {
            isFinished = true;
            if (isWriting)
            {
                return;
            }

            isWriting = true;
        }

        _ = WriteAllAsync();
    }

    /// <summary>Completes when fewer requests wait than the limit.</summary>
    public Task WaitForRoomAsync()
    {
        lock (gate)
        {
            if (!IsFull)
            {
                return Task.CompletedTask;
            }

            return (room ??= new Promise<bool>()).Task;
        }
    }

    /// <summary>Sends what is ready, on this thread as far as that goes without waiting.</summary>
    /// <returns>How many messages were added since the last call.</returns>
    public int Kick()
    {
        int messages;
        bool write;
        lock (gate)
        {
            EnqueueAccepted();
            (messages, kicked) = (kicked, 0);
            write = !isWriting && (queue.Count > 0 || isFinished);
            isWriting |= write;
        }

        if (write)
        {
            _ = WriteAllAsync();
        }

        return messages;
    }

    private void Enqueue(Answer answer)
    {
        lock (gate)
        {
            EnqueueAccepted();
            queue.Enqueue(answer);
            waiting++;
        }
    }

    private void EnqueueAccepted()
    {
        if (accepted > 0)
        {
            queue.Enqueue(new Answer(accepted, default, default));
            kicked += accepted;
            accepted = 0;
        }
    }

    private async Task WriteAllAsync()
    {
        do
        {
            while (TryDequeue(out Answer answer))
            {
                try
                {
                    await WriteAsync(answer).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    shared.ResponseFailed(connection.RemoteEndPoint, exception);
                    Lose();
                }

                answer.Facts.Body?.Abandon();
            }

            await FlushAsync().ConfigureAwait(false);
        }
        while (!TryRest());
    }

    private bool TryDequeue(out Answer answer)
    {
        Promise<bool>? freed = null;
        lock (gate)
        {
            if (!queue.TryDequeue(out answer))
            {
                return false;
            }

            if (answer.Accepted == 0)
            {
                waiting--;
                (freed, room) = (room, null);
            }
        }

        freed?.TrySet(true);
        return true;
    }

    /// <returns>False where something came in while the last bytes were flushed.</returns>
    private bool TryRest()
    {
        bool last;
        lock (gate)
        {
            if (queue.Count > 0)
            {
                return false;
            }

            last = isFinished || isClosing;
            if (!last)
            {
                isWriting = false;
            }
        }

        if (last)
        {
            // The writer never rests again, so nobody else becomes it.
            _ = CompleteAsync();
        }

        return true;
    }

    private async Task CompleteAsync()
    {
        try
        {
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            Lose();
        }

        completed.TrySet(true);
    }

    private async ValueTask WriteAsync(Answer answer)
    {
        if (answer.Accepted > 0)
        {
            await WriteAcceptedAsync(answer.Accepted).ConfigureAwait(false);
            return;
        }

        if (!answer.Response.IsCompleted)
        {
            await FlushAsync().ConfigureAwait(false);
        }

        HttpResponse response = await ResponseAsync(answer).ConfigureAwait(false);
        if (response.Stream is not null)
        {
            await WriteStreamAsync(response, answer.Facts).ConfigureAwait(false);
        }
        else if (!isLost && !isClosing)
        {
            await WriteWholeAsync(response, answer.Facts).ConfigureAwait(false);
        }

        isClosing |= !answer.Facts.KeepAlive
            || string.Equals(response.Headers["Connection"], "close", StringComparison.OrdinalIgnoreCase);
        if (!isLost && output.UnflushedBytes >= FlushFrom)
        {
            await FlushAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask<HttpResponse> ResponseAsync(Answer answer)
    {
        try
        {
            return await answer.Response.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return HttpResponse.InternalServerError("discarded future");
        }
        catch (Exception exception)
        {
            return HttpResponse.InternalServerError(exception.Message);
        }
    }

    private async ValueTask WriteAcceptedAsync(int count)
    {
        while (count > 0 && !isLost && !isClosing)
        {
            int batch = Math.Min(count, AcceptedAtOnce);
            count -= batch;
            WriteAccepted(batch);
            if (output.UnflushedBytes >= FlushFrom)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }
    }

    private void WriteAccepted(int count)
    {
        ReadOnlySpan<byte> answer = shared.Date.Now().Accepted;
        Span<byte> target = output.GetSpan(answer.Length * count);
        for (int i = 0; i < count; i++)
        {
            answer.CopyTo(target[(i * answer.Length)..]);
        }

        output.Advance(answer.Length * count);
    }

    private async ValueTask WriteWholeAsync(HttpResponse response, AnswerFacts facts)
    {
        if (response.FilePath is not null)
        {
            if (!await FileBody.TryWriteAsync(answers, response, shared.Date.Now().Date, facts).ConfigureAwait(false))
            {
                Lose();
            }

            return;
        }

        ReadOnlyMemory<byte> body = response.Body;
        bool isGzip = body.Length >= GzipCoding.MinimumBytes && facts.AcceptsGzip && response.Headers["Content-Encoding"] is null;
        if (isGzip)
        {
            body = GzipCoding.Compress(body);
        }
        else if (int.TryParse(response.Headers["Content-Length"], out int length) && length >= 0 && length < body.Length)
        {
            body = body[..length];
        }

        ResponseHead.Write(output, response, shared.Date.Now().Date, body.Length, isGzip);
        if (!facts.IsHead && !await answers.WriteAsync(body).ConfigureAwait(false))
        {
            Lose();
        }
    }

    private async ValueTask WriteStreamAsync(HttpResponse response, AnswerFacts facts)
    {
        // The author is run in any case: it finds out that nobody listens and cleans up.
        bool isDead = isLost || isClosing;
        using var nobody = new CancellationTokenSource();
        if (isDead || facts.IsHead)
        {
            await SimulatedThread.CancelAsync(nobody).ConfigureAwait(false);
        }

        if (!isDead)
        {
            ResponseHead.Write(output, response, shared.Date.Now().Date, body: null, isGzip: false);
            await FlushAsync().ConfigureAwait(false);
        }

        CancellationToken token = isDead || facts.IsHead ? nobody.Token : gone;
        var writer = new ChunkedWriter(answers, token);
        bool isTaken;
        try
        {
            await response.Stream!(writer, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The client left before the stream ended.
        }
        finally
        {
            isTaken = await writer.CloseAsync().ConfigureAwait(false);
        }

        if (!isTaken)
        {
            Lose();
        }
        else if (!isDead && !facts.IsHead && !isLost)
        {
            writer.WriteEnd();
        }
    }

    private async ValueTask FlushAsync()
    {
        if (isLost)
        {
            return;
        }

        try
        {
            if ((await answers.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                Lose();
            }
        }
        catch (Exception)
        {
            // Whatever a transport throws: a writer that stops here would leave the connection open for ever.
            Lose();
        }
    }

    private void Lose()
    {
        if (!isLost)
        {
            isLost = true;
            connection.Abort();
        }
    }

    // Either that many messages were delivered, or it is zero and the rest counts.
    private readonly record struct Answer(int Accepted, ValueTask<HttpResponse> Response, AnswerFacts Facts);
}

/// <summary>What the answer must know of its request.</summary>
/// <param name="KeepAlive">Whether the connection stays open after it.</param>
/// <param name="AcceptsGzip">Whether the client understands packed answers.</param>
/// <param name="IsHead">Whether the body is left out.</param>
/// <param name="Body">The body of the request where it is streamed, otherwise null.</param>
internal readonly record struct AnswerFacts(bool KeepAlive, bool AcceptsGzip, bool IsHead, StreamedBody? Body = null)
{
    public static AnswerFacts Of(RequestHead head) =>
        new(head.KeepAlive, GzipCoding.IsAccepted(head.Headers["Accept-Encoding"]), head.IsHead);
}

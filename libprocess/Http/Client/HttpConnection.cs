using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using LibProcess.Futures;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Http.Client;

/// <summary>
/// An open connection to an HTTP server. Any number of requests may be under way; their answers come in order. It stays open
/// until one side closes it or it is disposed.
/// </summary>
/// <remarks>
/// Upstream: <c>http::Connection</c> in 3rdparty/libprocess/include/process/http.hpp. Safe from any thread. Whoever awaits an
/// answer inside a process resumes in that process.
/// </remarks>
public sealed class HttpConnection : IAsyncDisposable
{
    private const int StreamBytes = 64 * 1024;

    private readonly IConnection connection;
    private readonly HttpUrl url;
    private readonly WireLimits limits;
    private readonly PipeOptions streams;
    private readonly AnswerReader answers;
    private readonly Action<HttpConnection> onEnded;
    private readonly Lock gate = new();
    private readonly Queue<ClientExchange> unsent = new();
    private readonly Queue<ClientExchange> unanswered = new();
    private readonly Promise<bool> disconnected = new();
    private readonly Promise<bool> released = new();
    private bool isReading = true;
    private bool isPumping;
    private bool isReleased;

    // After a request or an answer that closes the connection there is no further one.
    private string? last;
    private Exception? ended;

    /// <param name="connection">From now on belongs to this one.</param>
    /// <param name="url">What it was opened with.</param>
    /// <param name="limits">Of heads and bodies.</param>
    /// <param name="scheduler">Where what waits for bodies goes on.</param>
    /// <param name="onEnded">Called once when it has ended, outside of all locks.</param>
    internal HttpConnection(
        IConnection connection, HttpUrl url, WireLimits limits, ProcessScheduler scheduler, Action<HttpConnection> onEnded)
    {
        this.connection = connection;
        this.url = url;
        this.limits = limits;
        this.onEnded = onEnded;
        answers = new AnswerReader(connection.Input, limits);
        var goOn = new NodePipeScheduler(scheduler);
        streams = new PipeOptions(
            readerScheduler: goOn, writerScheduler: goOn, pauseWriterThreshold: StreamBytes, resumeWriterThreshold: StreamBytes / 2);
    }

    /// <summary>The address of the other side.</summary>
    public IPEndPoint Peer => connection.RemoteEndPoint;

    /// <summary>Completes, without an error, when the connection has ended in whatever way.</summary>
    public Task Disconnected => disconnected.Task;

    /// <summary>Sends a request after those sent before, without waiting for their answers, and brings the whole answer back.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">
    /// Gives up. A request that has not left yet is withdrawn; otherwise the connection closes, and all requests under way fail.
    /// </param>
    /// <exception cref="ArgumentException">The request cannot be sent.</exception>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ClientResponse> SendAsync(ClientRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exchange = new WholeExchange(request, limits);
        Send(exchange, cancellation);
        return exchange.Response;
    }

    /// <summary>Sends a request and brings the answer back as soon as its head is there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">As above, until the head has arrived.</param>
    /// <returns>Later answers wait until the body has been read to its end.</returns>
    /// <exception cref="ArgumentException">The request cannot be sent.</exception>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<StreamedResponse> OpenAsync(ClientRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var exchange = new StreamedExchange(request, streams, Abandon);
        Send(exchange, cancellation);
        return exchange.Response;
    }

    /// <summary>Closes the connection at once; requests under way fail.</summary>
    public void Disconnect() => Break(Gone("Disconnected"));

    /// <summary>Closes the connection at once and waits until its memory has been given back.</summary>
    public async ValueTask DisposeAsync()
    {
        Disconnect();
        await released.Task;
    }

    internal void Start() => _ = ReadAsync();

    internal static HttpClientException Gone(string message) => new(HttpClientError.Disconnected, message);

    private void Send(ClientExchange exchange, CancellationToken cancellation)
    {
        exchange.Request.Check();
        if (cancellation.IsCancellationRequested)
        {
            exchange.GiveUp(cancellation);
            return;
        }

        exchange.GivingUp = cancellation.UnsafeRegister(
            static (state, token) =>
            {
                var (owner, given) = ((HttpConnection, ClientExchange))state!;
                given.GiveUp(token);
                owner.Abandon(given);
            },
            (this, exchange));
        exchange.StartBody(streams);
        bool pump = false;
        Exception? refusal;
        lock (gate)
        {
            refusal = ended ?? (last is null ? null : Gone(last));
            if (refusal is null)
            {
                if (!exchange.Request.KeepAlive)
                {
                    last = "Cannot pipeline after 'Connection: close'";
                }

                unsent.Enqueue(exchange);
                pump = !isPumping;
                isPumping = true;
            }
        }

        if (refusal is not null)
        {
            exchange.GivingUp.Unregister();
            exchange.Fail(refusal);
            exchange.EndBody(isUnsent: true);
        }
        else if (pump)
        {
            _ = PumpAsync();
        }
    }

    private void Abandon(ClientExchange exchange)
    {
        bool isUnderWay;
        lock (gate)
        {
            exchange.IsWithdrawn = true;
            isUnderWay = exchange is { IsStarted: true, IsAnswered: false };
        }

        if (isUnderWay)
        {
            Break(Gone("Disconnected: a request under way was given up"));
        }
        else
        {
            exchange.EndBody(isUnsent: false);
        }
    }

    private void Break(Exception cause)
    {
        ClientExchange[] lost;
        lock (gate)
        {
            if (ended is not null)
            {
                return;
            }

            ended = cause;
            lost = [.. unanswered, .. unsent];
            unsent.Clear();
        }

        connection.Abort();
        foreach (ClientExchange exchange in lost)
        {
            exchange.GivingUp.Unregister();
            exchange.Fail(cause);
            exchange.EndBody(isUnsent: !exchange.IsStarted);
        }

        onEnded(this);
        disconnected.TrySet(true);
    }

    /// <summary>Called by whoever set <see cref="isPumping"/>.</summary>
    private async Task PumpAsync()
    {
        try
        {
            while (TryTake(out ClientExchange? exchange))
            {
                if (exchange is null)
                {
                    // Idle; whoever comes next starts a pump of its own, perhaps by now.
                    return;
                }

                if (!await SendAsync(exchange).ConfigureAwait(false))
                {
                    Break(Gone("Disconnected"));
                }
            }
        }
        catch (Exception exception)
        {
            Break(exception as HttpClientException ?? new HttpClientException(HttpClientError.Disconnected, exception.Message, exception));
        }

        Leave(ref isPumping);
    }

    /// <param name="exchange">Null where there is nothing to send.</param>
    /// <returns>False where the connection has ended.</returns>
    private bool TryTake(out ClientExchange? exchange)
    {
        while (true)
        {
            lock (gate)
            {
                exchange = null;
                if (ended is not null)
                {
                    return false;
                }

                if (!unsent.TryDequeue(out exchange))
                {
                    isPumping = false;
                    return true;
                }

                if (!exchange.IsWithdrawn)
                {
                    exchange.IsStarted = true;
                    exchange.IsSent = exchange.Body is null;
                    unanswered.Enqueue(exchange);
                    return true;
                }
            }

            exchange.EndBody(isUnsent: true);
        }
    }

    private async ValueTask<bool> SendAsync(ClientExchange exchange)
    {
        PipeWriter output = connection.Output;
        RequestWriter.WriteHead(output, exchange.Request, url);
        if (exchange.Body is not { } body)
        {
            return await RequestWriter.WriteAsync(output, exchange.Request.Body).ConfigureAwait(false);
        }

        try
        {
            if ((await output.FlushAsync().ConfigureAwait(false)).IsCompleted
                || !await RequestWriter.CopyAsync(output, body).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            throw new HttpClientException(HttpClientError.RequestBody, $"The body of a request failed: {exception.Message}", exception);
        }
        finally
        {
            await body.CompleteAsync().ConfigureAwait(false);
        }

        lock (gate)
        {
            // Before the last bytes leave: the answer may be quicker than this thread.
            exchange.IsSent = true;
        }

        output.Write("0\r\n\r\n"u8);
        return !(await output.FlushAsync().ConfigureAwait(false)).IsCompleted;
    }

    private async Task ReadAsync()
    {
        ClientExchange? current = null;
        Exception cause = Gone("Disconnected");
        try
        {
            while (await answers.ReadHeadAsync(() => Next().Request.IsHead).ConfigureAwait(false) is { } head)
            {
                current = head.IsInterim ? null : Next();
                if (current is not null && !await ReadAnswerAsync(current, head).ConfigureAwait(false))
                {
                    break;
                }

                current = null;
            }
        }
        catch (Exception exception)
        {
            cause = exception as HttpClientException ?? new HttpClientException(HttpClientError.Disconnected, exception.Message, exception);
        }

        Break(cause);
        current?.Close(ended!);
        Leave(ref isReading);
    }

    private ClientExchange Next()
    {
        lock (gate)
        {
            return unanswered.TryPeek(out ClientExchange? next)
                ? next
                : throw new HttpClientException(HttpClientError.Malformed, "Received data when none is expected");
        }
    }

    /// <returns>False where the connection is of no further use.</returns>
    private async ValueTask<bool> ReadAnswerAsync(ClientExchange exchange, ReceivedHead head)
    {
        exchange.Begin(head);
        if (head.Framing != ResponseFraming.None && !await answers.ReadBodyAsync(exchange, head).ConfigureAwait(false))
        {
            return false;
        }

        bool goesOn;
        lock (gate)
        {
            unanswered.Dequeue();
            exchange.IsAnswered = true;
            goesOn = head.KeepAlive && exchange.Request.KeepAlive && exchange.IsSent;
        }

        exchange.GivingUp.Unregister();
        if (!goesOn)
        {
            // Before the answer is seen, so that nobody tries to send more.
            Break(Gone("Received 'Connection: close' from the server"));
        }

        exchange.Complete();
        exchange.EndBody(isUnsent: false);
        return goesOn;
    }

    /// <summary>The last one out gives the memory of the connection back.</summary>
    private void Leave(ref bool isActive)
    {
        lock (gate)
        {
            isActive = false;
            if (isReading || isPumping || isReleased)
            {
                return;
            }

            isReleased = true;
        }

        _ = ReleaseAsync();
    }

    private async Task ReleaseAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        released.TrySet(true);
    }
}

using System.Collections.Concurrent;
using System.Net;
using LibProcess.Addressing;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Http.Client;

/// <summary>Sends HTTP requests over the transport of a node. Nothing is redirected, cached, retried or pooled.</summary>
/// <remarks>
/// Upstream: <c>http::connect</c>, <c>http::request</c>, <c>http::get</c> and so on in
/// 3rdparty/libprocess/include/process/http.hpp. Safe from any thread; inside a process an await resumes in it. There is no timeout
/// beside the token: <c>new CancellationTokenSource(delay, manager.Clock)</c> makes one on the node's clock.
/// </remarks>
public sealed class NodeHttpClient
{
    private readonly ITransport plain;
    private readonly ITransport? secure;
    private readonly IHostResolver hosts;
    private readonly WireLimits limits;
    private readonly ProcessScheduler scheduler;
    private readonly ConcurrentDictionary<HttpConnection, bool> open = new();
    private volatile bool stopped;

    /// <param name="plain">For http.</param>
    /// <param name="secure">For https; null where the node has no TLS.</param>
    /// <param name="hosts">Host names.</param>
    /// <param name="limits">Of heads and bodies.</param>
    /// <param name="scheduler">Where what waits for bodies goes on.</param>
    internal NodeHttpClient(ITransport plain, ITransport? secure, IHostResolver hosts, WireLimits limits, ProcessScheduler scheduler)
    {
        this.plain = plain;
        this.secure = secure;
        this.hosts = hosts;
        this.limits = limits;
        this.scheduler = scheduler;
    }

    /// <summary>Opens a connection that stays open until either side closes it.</summary>
    /// <param name="url">Host and port; the path is that of requests that name none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HttpClientException">The peer cannot be reached.</exception>
    /// <exception cref="NotSupportedException">The URL asks for TLS, which the node does not have.</exception>
    public async Task<HttpConnection> ConnectAsync(HttpUrl url, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(url);
        ITransport transport = !url.IsSecure ? plain
            : secure ?? throw new NotSupportedException("https needs a node with TLS: see ProcessManagerOptions.Tls");

        var endPoint = new IPEndPoint(await ResolveAsync(url.Host, cancellation), url.Port);
        IConnection connected;
        try
        {
            connected = await transport.ConnectAsync(endPoint, url.Host, cancellation);
        }
        catch (IOException exception)
        {
            throw new HttpClientException(HttpClientError.Unreachable, exception.Message, exception);
        }

        var connection = new HttpConnection(connected, url, limits, scheduler, ended => open.TryRemove(ended, out _));
        open.TryAdd(connection, true);
        connection.Start();
        if (stopped)
        {
            connection.Disconnect();
        }

        return connection;
    }

    /// <summary>Sends one request over a connection of its own.</summary>
    /// <param name="url">Where to; the path counts where the request names none.</param>
    /// <param name="request">The request; its connection is closed after the answer in any case.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    public async Task<ClientResponse> SendAsync(HttpUrl url, ClientRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpConnection connection = await ConnectAsync(url, cancellation);
        try
        {
            return await connection.SendAsync(Single(request), cancellation);
        }
        finally
        {
            connection.Disconnect();
        }
    }

    /// <summary>Sends one request over a connection of its own and brings the answer back as soon as its head is there.</summary>
    /// <param name="url">Where to; the path counts where the request names none.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Gives up, until the head has arrived.</param>
    /// <returns>Its connection closes with the end of the body, or when it is disposed.</returns>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    public async Task<StreamedResponse> OpenAsync(HttpUrl url, ClientRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpConnection connection = await ConnectAsync(url, cancellation);
        try
        {
            return await connection.OpenAsync(Single(request), cancellation);
        }
        catch
        {
            connection.Disconnect();
            throw;
        }
    }

    /// <summary>GET.</summary>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    public Task<ClientResponse> GetAsync(HttpUrl url, CancellationToken cancellation = default) =>
        SendAsync(url, new ClientRequest(), cancellation);

    /// <summary>POST of a body of a type.</summary>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    public Task<ClientResponse> PostAsync(
        HttpUrl url, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellation = default)
    {
        var request = new ClientRequest { Method = "POST", Body = body };
        request.Headers.Add("Content-Type", contentType);
        return SendAsync(url, request, cancellation);
    }

    /// <summary>DELETE.</summary>
    /// <exception cref="HttpClientException">There is no answer.</exception>
    public Task<ClientResponse> DeleteAsync(HttpUrl url, CancellationToken cancellation = default) =>
        SendAsync(url, new ClientRequest { Method = "DELETE" }, cancellation);

    /// <summary>Closes all connections; later ones are closed at once.</summary>
    internal async ValueTask StopAsync()
    {
        stopped = true;
        foreach (HttpConnection connection in open.Keys)
        {
            await connection.DisposeAsync();
        }
    }

    private static ClientRequest Single(ClientRequest request) =>
        new()
        {
            Method = request.Method,
            Target = request.Target,
            Headers = request.Headers,
            Body = request.Body,
            Stream = request.Stream,
            KeepAlive = false,
        };

    private async ValueTask<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (!NetworkAddress.TryParseIp(host, out uint ip) && !hosts.TryResolve(host, out ip))
        {
            ip = await hosts.ResolveAsync(host, cancellation)
                ?? throw new HttpClientException(HttpClientError.Unreachable, $"The host '{host}' is unknown");
        }

        return new NetworkAddress(ip, 0).ToIPAddress();
    }
}

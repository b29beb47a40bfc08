using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Net;
using LibProcess.Processes;

namespace LibProcess.Tests.Net;

/// <summary>
/// An accepted connection without a network and a node without processes: bytes go in, deliveries and answers come out. Pipes
/// run on the caller's thread, so what a byte causes has happened when it has been sent.
/// </summary>
internal sealed class InboundHarness : IInbound, IConnection, IHostResolver
{
    private readonly Pipe toServer = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly Pipe toClient = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly List<byte> answered = [];
    private long sent;

    public InboundHarness(ProcessManagerOptions? options = null)
    {
        options ??= new ProcessManagerOptions();
        Connection = new InboundConnection(this, new InboundShared(this, options with { Clock = new FixedClock() }, Metrics));
        Running = Connection.RunAsync();
    }

    public MetricsRegistry Metrics { get; } = new(TimeProvider.System);

    public InboundConnection Connection { get; }

    public Task Running { get; }

    public List<(string From, string To, string Name, string Body)> Delivered { get; } = [];

    public List<HttpRequest> Requests { get; } = [];

    public HashSet<string> Known { get; } = ["master", "slave(1)", "P"];

    public Dictionary<string, uint> Names { get; } = new() { ["localhost"] = 0x7F000001 };

    public int Lookups { get; private set; }

    public bool ResolveAtOnce { get; set; } = true;

    public Func<HttpRequest, ValueTask<HttpResponse>> Handler { get; set; } = _ => ValueTask.FromResult(HttpResponse.Ok());

    /// <summary>Bytes that were sent and are not taken in yet.</summary>
    public long Unread => sent - Metrics.InOrder().OfType<Counter>().Single(counter => counter.Name == "libprocess/bytes_received").Value;

    public bool IsAborted { get; private set; }

    /// <summary>Whether the server has said that nothing more will come.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>All the bytes of answers so far.</summary>
    public string Answers
    {
        get
        {
            while (toClient.Reader.TryRead(out ReadResult result))
            {
                answered.AddRange(result.Buffer.ToArray());
                toClient.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    IsFinished = true;
                    break;
                }
            }

            return Encoding.Latin1.GetString([.. answered]);
        }
    }

    IHostResolver IInbound.Hosts => this;

    IPEndPoint IConnection.RemoteEndPoint { get; } = new(IPAddress.Loopback, 12345);

    PipeReader IDuplexPipe.Input => toServer.Reader;

    PipeWriter IDuplexPipe.Output => toClient.Writer;

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        sent += bytes.Length;
        toServer.Writer.Write(bytes);
        ValueTask<FlushResult> flushed = toServer.Writer.FlushAsync();
        Assert.That(flushed.IsCompleted, Is.True);
    }

    /// <summary>The client closes its side.</summary>
    public void End() => toServer.Writer.Complete();

    /// <summary>The client is gone, in the middle of whatever it was.</summary>
    public void Vanish()
    {
        toServer.Writer.Complete(new IOException("reset"));
        toClient.Reader.Complete();
    }

    bool IInbound.Deliver(MessageHead head, in ReadOnlySequence<byte> body, BodyReader? reader)
    {
        if (!Known.Contains(head.ToId))
        {
            return false;
        }

        Delivered.Add((head.From.ToString(), head.ToId, head.Name, Encoding.Latin1.GetString(body)));
        return true;
    }

    public RouteOptions Route { get; set; } = RouteOptions.Default;

    RouteOptions IInbound.OptionsOf(string path) => Route;

    ValueTask<HttpResponse> IInbound.HandleAsync(HttpRequest request)
    {
        Requests.Add(request);
        return Handler(request);
    }

    void IInbound.LinkBroken(NetworkAddress address) => Assert.Fail("an accepted connection is no link");

    void IConnection.Abort()
    {
        IsAborted = true;
        toServer.Writer.Complete();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await toServer.Reader.CompleteAsync();
        await toClient.Writer.CompleteAsync();
    }

    bool IHostResolver.TryResolve(string name, out uint ip)
    {
        ip = 0;
        return Lookups > 0 && Names.TryGetValue(name, out ip);
    }

    async ValueTask<uint?> IHostResolver.ResolveAsync(string name, CancellationToken cancellation)
    {
        if (!ResolveAtOnce)
        {
            await Task.Yield();
        }

        Lookups++;
        return Names.TryGetValue(name, out uint ip) ? ip : null;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 17, 4, 23, TimeSpan.Zero);
    }
}

using System.Net;
using LibProcess.Addressing;
using LibProcess.Net.Tls;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Diagnostics;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net.Tls;

/// <summary>A node that sends and a node that receives, with TLS options of their own.</summary>
internal sealed class TlsPair : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TlsPair(TlsOptions? client, TlsOptions? server, VirtualClock? clock = null)
    {
        Client = new TestNode(clock, configure: options => options with { Tls = client, LoggerFactory = ClientLog });
        Server = new TestNode(clock, configure: options => options with { Tls = server, LoggerFactory = ServerLog });
        Sender = Client.Spawn(new Probe(Client.Manager, "sender"));
        Receiver = Server.Spawn(new Probe(Server.Manager, "receiver", p => p.Install("item", (from, body) => received.TrySetResult(from.Id))));
    }

    public RecordingLoggerFactory ClientLog { get; } = new();

    public RecordingLoggerFactory ServerLog { get; } = new();

    public TestNode Client { get; }

    public TestNode Server { get; }

    public Probe Sender { get; }

    public Probe Receiver { get; }

    /// <summary>Links, sends, and waits for the first that happens.</summary>
    /// <param name="host">The name under which the server is known.</param>
    /// <returns>Whether the message arrived; else the link broke.</returns>
    public async Task<bool> TalkAsync(string? host = null)
    {
        var to = new UPid("receiver", Server.Manager.Address, host);
        await Sender.CallAsync(() =>
        {
            Sender.Link(to);
            Sender.Send(to, "item");
        });
        Task first = await Task.WhenAny(received.Task, Sender.ExitedSeen.Task).WaitAsync(RawClient.Patience);
        return first == received.Task;
    }

    public static async Task<double> MetricAsync(ProcessManager node, string name) =>
        (await node.Metrics.SnapshotAsync(null)).Single(metric => metric.Key == name).Value;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>Reverse look-up without a network.</summary>
    internal sealed class FixedName(string? name) : IReverseResolver
    {
        public ValueTask<string?> FindNameAsync(IPAddress address, CancellationToken cancellation) => ValueTask.FromResult(name);
    }
}

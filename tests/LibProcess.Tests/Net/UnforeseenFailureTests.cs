using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using LibProcess.Addressing;
using LibProcess.Net;
using LibProcess.Net.Tls;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net;

/// <summary>Transports may come from elsewhere, and throw what nobody here has a name for.</summary>
[CancelAfter(60_000)]
public class UnforeseenFailureTests
{
    private static readonly UPid Peer = new("peer", NetworkAddress.From(IPAddress.Loopback, 5050));

    [TestCase(Failure.Connect)]
    [TestCase(Failure.Read)]
    [TestCase(Failure.Write)]
    public async Task A_link_that_fails_in_an_unforeseen_way_breaks_and_can_be_made_again(Failure failure)
    {
        var transport = new FailingTransport(failure);
        await using var node = new TestNode(configure: options => options with { Transport = transport });
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() =>
        {
            probe.Link(Peer);
            if (failure == Failure.Write)
            {
                probe.Send(Peer, "m");
            }
        });
        Assert.That(await probe.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(Peer));
        await probe.CallAsync(() => probe.Link(Peer));
        Assert.That(() => transport.Opened, Is.EqualTo(2).After(10_000, 1));
    }

    [Test]
    public async Task A_node_stops_although_a_connection_cannot_be_closed_in_good_order()
    {
        var transport = new FailingTransport(Failure.Close);
        var node = new TestNode(configure: options => options with { Transport = transport });
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() =>
        {
            probe.Link(Peer);
            probe.Send(Peer, "m");
        });
        await transport.Written.WaitAsync(RawClient.Patience);
        await node.DisposeAsync().AsTask().WaitAsync(RawClient.Patience);
    }

    [TestCase(Failure.Write)]
    [TestCase(Failure.Close)]
    public async Task A_client_that_cannot_be_answered_is_let_go(Failure failure)
    {
        var transport = new FailingTransport(failure);
        var node = new TestNode(configure: options => options with { Transport = transport });
        Connection client = transport.Accept("GET /nobody HTTP/1.1\r\nConnection: close\r\n\r\n"u8);
        await client.Disposed.WaitAsync(RawClient.Patience);
        await node.DisposeAsync().AsTask().WaitAsync(RawClient.Patience);
    }

    [Test]
    [Platform(Include = "Linux", Reason = "the TLS library is OpenSSL")]
    public void What_the_base_library_throws_of_its_own_where_its_tls_library_fails_ends_a_connection()
    {
        Type type = typeof(SslStream).Assembly.GetType("Interop+OpenSsl+SslException", throwOnError: true)!;
        Assert.That(type.BaseType, Is.EqualTo(typeof(Exception)), "no other type tells");
        Assert.That(TlsConnection.IsEnd((Exception)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)), Is.True);
        Assert.That(TlsConnection.IsEnd(new ArgumentException("a fault of ours")), Is.False);
    }

    public enum Failure
    {
        Connect,
        Read,
        Write,
        Close,
    }

    private sealed class UnforeseenException : Exception;

    private sealed class FailingTransport(Failure failure) : ITransport
    {
        private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action<IConnection>? accept;
        private int opened;

        public int Opened => Volatile.Read(ref opened);

        public Task Written => written.Task;

        public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted)
        {
            accept = onAccepted;
            return new Listener();
        }

        public Connection Accept(ReadOnlySpan<byte> request)
        {
            var client = new Connection(failure, written);
            client.Receive(request);
            accept!(client);
            return client;
        }

        public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
        {
            Interlocked.Increment(ref opened);
            return failure == Failure.Connect ? throw new UnforeseenException() : ValueTask.FromResult<IConnection>(new Connection(failure, written));
        }
    }

    private sealed class Listener : IListener
    {
        public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, 4444);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Connection : IConnection
    {
        private readonly Pipe incoming = new();
        private readonly TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection(Failure failure, TaskCompletionSource written)
        {
            Output = new FailingWriter(failure, written);
            if (failure == Failure.Read)
            {
                incoming.Writer.Complete(new UnforeseenException());
            }
        }

        public PipeReader Input => incoming.Reader;

        public PipeWriter Output { get; }

        public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 5050);

        public Task Disposed => disposed.Task;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            incoming.Writer.Write(bytes);
            _ = incoming.Writer.FlushAsync().AsTask();
        }

        public void Abort() => incoming.Writer.Complete();

        public ValueTask DisposeAsync()
        {
            disposed.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class FailingWriter(Failure failure, TaskCompletionSource written) : PipeWriter
    {
        private readonly byte[] buffer = new byte[1 << 16];

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => 0;

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => buffer;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            written.TrySetResult();
            return failure == Failure.Write ? throw new UnforeseenException() : ValueTask.FromResult<FlushResult>(default);
        }

        public override ValueTask CompleteAsync(Exception? exception = null) => failure == Failure.Close ? throw new UnforeseenException() : ValueTask.CompletedTask;

        public override void Complete(Exception? exception = null)
        {
        }

        public override void CancelPendingFlush()
        {
        }
    }
}

using System.IO.Pipelines;
using System.Net;
using LibProcess.Net;

namespace Mesos.Interop.Tests.Mutations;

/// <summary>A network without sockets: tests hand connections to the node, and nobody can be reached from it.</summary>
internal sealed class PipeTransport : ITransport
{
    private Action<IConnection>? accept;

    public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted)
    {
        accept = onAccepted;
        return new Listener(new IPEndPoint(endPoint.Address, 5050));
    }

    public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation) =>
        ValueTask.FromException<IConnection>(new IOException("There is no network"));

    /// <summary>Gives the node one connection with these bytes, and reads until it closes.</summary>
    public async Task<byte[]> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        var toNode = new Pipe();
        var fromNode = new Pipe();
        await toNode.Writer.WriteAsync(request);
        await toNode.Writer.CompleteAsync();
        accept!(new Connection(toNode.Reader, fromNode));
        using var answer = new MemoryStream();
        await fromNode.Reader.CopyToAsync(answer);
        return answer.ToArray();
    }

    private sealed class Connection(PipeReader input, Pipe output) : IConnection
    {
        public PipeReader Input => input;

        public PipeWriter Output => output.Writer;

        public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 4444);

        public void Abort() => output.Writer.Complete();

        public async ValueTask DisposeAsync()
        {
            await input.CompleteAsync();
            await output.Writer.CompleteAsync();
        }
    }

    private sealed class Listener(IPEndPoint endPoint) : IListener
    {
        public IPEndPoint EndPoint => endPoint;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

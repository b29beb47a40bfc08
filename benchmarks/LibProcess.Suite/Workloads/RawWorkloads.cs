using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>The least that could be done: bare sockets, a bare parse. What no library can beat.</summary>
internal static class RawWorkloads
{
    public static IWorkload Create(Order order) => order.Workload switch
    {
        "remote" => new RawRoundTrips(order.Shape),
        "stream" => new RawStream(order.Shape),
        "protobuf" => new RawParse(order.Shape),
        _ => throw new NotSupportedException($"There is no bare form of '{order.Workload}'"),
    };
}

/// <summary>The serving ends.</summary>
internal static class RawSockets
{
    public static Task ServeEchoAsync(int body) => ServeAsync(async socket =>
    {
        byte[] buffer = new byte[body];
        while (await ReceiveAllAsync(socket, buffer))
        {
            await socket.SendAsync(buffer);
        }
    });

    public static Task ServeSinkAsync() => ServeAsync(async socket =>
    {
        byte[] buffer = new byte[1024 * 1024];
        long received = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer);
            if (read == 0)
            {
                return;
            }

            received += read;

            // The count goes back whenever a megabyte is full, as confirmations do.
            if (received % buffer.Length == 0)
            {
                await socket.SendAsync(BitConverter.GetBytes(received));
            }
        }
    });

    public static async Task<bool> ReceiveAllAsync(Socket socket, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int read = await socket.ReceiveAsync(buffer);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    public static async Task<Socket> ConnectAsync(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        return socket;
    }

    private static async Task ServeAsync(Func<Socket, Task> serve)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                _ = Task.Run(async () =>
                {
                    using (socket)
                    {
                        await serve(socket);
                    }
                });
            }
        });
        await SecondProgram.ServeAsync(listener.LocalEndPoint!.ToString()!);
    }
}

/// <summary>One connection, one body there and back at a time. Two operations to a round trip, as with messages.</summary>
internal sealed class RawRoundTrips(Shape shape) : IWorkload
{
    private SecondProgram? server;
    private Socket? socket;

    public IEnumerable<SecondProgram> Others => server is null ? [] : [server];

    public async Task PrepareAsync()
    {
        server ??= await SecondProgram.StartAsync("rawEcho", $"{shape.Int("body")}");
        socket ??= await RawSockets.ConnectAsync(server.Address);
    }

    public async Task<Outcome> RunAsync()
    {
        byte[] body = new byte[shape.Int("body")];
        long trips = shape.Long(Shape.Operations);
        var waited = new Latencies((int)trips);
        for (long i = 0; i < trips; i++)
        {
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            await socket!.SendAsync(body);
            if (!await RawSockets.ReceiveAllAsync(socket, body))
            {
                throw new MiscountException("The connection broke");
            }

            waited.Add(started);
        }

        return new Outcome(trips * 2) { Extra = Latencies.Percentiles([waited]) };
    }

    public Task FinishAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        socket?.Dispose();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>One connection, bytes one way.</summary>
internal sealed class RawStream(Shape shape) : IWorkload
{
    private SecondProgram? server;

    public IEnumerable<SecondProgram> Others => server is null ? [] : [server];

    public async Task PrepareAsync() => server ??= await SecondProgram.StartAsync("rawSink");

    public async Task<Outcome> RunAsync()
    {
        using Socket socket = await RawSockets.ConnectAsync(server!.Address);
        byte[] body = new byte[shape.Int("body")];
        long messages = Math.Max(1, shape.Long(Shape.Operations) / body.Length);
        for (long i = 0; i < messages; i++)
        {
            await socket.SendAsync(body);
        }

        // The last confirmation tells that everything has arrived; those before it lie in front of it.
        byte[] confirmed = new byte[8];
        do
        {
            if (!await RawSockets.ReceiveAllAsync(socket, confirmed))
            {
                throw new MiscountException("The connection broke");
            }
        }
        while (BitConverter.ToInt64(confirmed) < messages * body.Length);

        return new Outcome(messages * body.Length);
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Parses the same bytes again and again, without a check and without a mailbox.</summary>
internal sealed class RawParse(Shape shape) : IWorkload
{
    private readonly byte[] bytes = shape.Has("strict")
        ? Trees.Strict(shape.Int("children")).ToByteArray()
        : Trees.Loose(shape.Int("children")).ToByteArray();

    public Task PrepareAsync() => Task.CompletedTask;

    public Task<Outcome> RunAsync()
    {
        long messages = shape.Long(Shape.Operations);
        for (long i = 0; i < messages; i++)
        {
            IMessage parsed = shape.Has("strict") ? StrictTree.Parser.ParseFrom(bytes) : Tree.Parser.ParseFrom(bytes);
            GC.KeepAlive(parsed);
        }

        return Task.FromResult(new Outcome(messages));
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

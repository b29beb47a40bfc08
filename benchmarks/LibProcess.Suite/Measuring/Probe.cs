using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Measuring;

/// <summary>
/// What a primitive costs in this program at this moment: the median of five runs of a tenth of a second. An operation is one use
/// of it, or one byte where the primitive moves bytes.
/// </summary>
internal sealed class Probe(string name) : IWorkload
{
    private const int Runs = 5;
    private static readonly TimeSpan RunTime = TimeSpan.FromMilliseconds(100);
    private static long shared;

    public Task PrepareAsync() => Task.CompletedTask;

    public async Task<Outcome> RunAsync()
    {
        Func<Task<double>> once = name switch
        {
            "exchange" => () => Loop(static n =>
            {
                for (int i = 0; i < n; i++)
                {
                    Interlocked.Exchange(ref shared, i);
                }
            }, 10_000),
            "queue" => QueuePairs,
            "allocate" => () => Loop(static n =>
            {
                for (int i = 0; i < n; i++)
                {
                    GC.KeepAlive(new object[2]);
                }
            }, 10_000),
            "dictionary" => DictionaryPairs,
            "head" => Heads,
            "copy" => Copies,
            "systemCall" => SystemCalls,
            "roundTrip" => RoundTripsAsync,
            _ => throw new NotSupportedException($"There is no probe '{name}'"),
        };
        double[] seconds = new double[Runs];
        for (int i = 0; i < Runs; i++)
        {
            seconds[i] = await once();
        }

        return new Outcome(1) { Extra = { ["seconds"] = Statistics.Median(seconds) } };
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <returns>Seconds per operation.</returns>
    private static Task<double> Loop(Action<int> body, int batch, double operationsPerItem = 1)
    {
        long done = 0;
        long started = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            body(batch);
            done += batch;
            elapsed = Stopwatch.GetElapsedTime(started);
        }
        while (elapsed < RunTime);
        return Task.FromResult(elapsed.TotalSeconds / (done * operationsPerItem));
    }

    private static Task<double> QueuePairs()
    {
        var queue = new ConcurrentQueue<object>();
        var item = new object();
        return Loop(n =>
        {
            for (int i = 0; i < n; i++)
            {
                queue.Enqueue(item);
                queue.TryDequeue(out _);
            }
        }, 10_000);
    }

    private static Task<double> DictionaryPairs()
    {
        var table = new ConcurrentDictionary<string, object>();
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => $"some/longer/name/{i}")];
        return Loop(n =>
        {
            for (int i = 0; i < n; i++)
            {
                table.TryAdd(names[i], names);
            }

            for (int i = 0; i < n; i++)
            {
                table.TryRemove(names[i], out _);
            }
        }, names.Length);
    }

    // Writes the head of a message line by line and finds its lines again: what text framing costs at the least.
    private static Task<double> Heads()
    {
        byte[][] lines =
        [
            .. new[] { "POST /echo(1)/ping HTTP/1.1", "User-Agent: libprocess/client(1)@127.0.0.1:40000", "Libprocess-From: client(1)@127.0.0.1:40000", "Connection: Keep-Alive", "Host: ", "Content-Length: 100", string.Empty }
                .Select(line => System.Text.Encoding.ASCII.GetBytes(line + "\r\n")),
        ];
        byte[] head = new byte[512];
        return Loop(n =>
        {
            for (int i = 0; i < n; i++)
            {
                int length = 0;
                foreach (byte[] line in lines)
                {
                    line.CopyTo(head, length);
                    length += line.Length;
                }

                for (ReadOnlySpan<byte> rest = head.AsSpan(0, length); rest.Length > 0;)
                {
                    rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
                }
            }
        }, 1000);
    }

    private static Task<double> Copies()
    {
        byte[] from = new byte[16 * 1024 * 1024];
        byte[] to = new byte[from.Length];
        return Loop(_ => Buffer.BlockCopy(from, 0, to, 0, from.Length), 1, from.Length);
    }

    private static (Socket Client, Socket Server) Connect()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(listener.LocalEndPoint!);
        Socket server = listener.Accept();
        server.NoDelay = true;
        return (client, server);
    }

    // A send and the receive of it on one thread: no wake-up is in it.
    private static Task<double> SystemCalls()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            byte[] body = new byte[64];
            return Loop(n =>
            {
                for (int i = 0; i < n; i++)
                {
                    client.Send(body);
                    server.Receive(body);
                }
            }, 100, operationsPerItem: 2);
        }
    }

    private static async Task<double> RoundTripsAsync()
    {
        (Socket client, Socket server) = Connect();
        using (client)
        {
            Task echo = Task.Run(async () =>
            {
                using (server)
                {
                    byte[] one = new byte[1];
                    while (await server.ReceiveAsync(one) == 1)
                    {
                        await server.SendAsync(one);
                    }
                }
            });
            byte[] body = new byte[1];
            long done = 0;
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < RunTime)
            {
                await client.SendAsync(body);
                await client.ReceiveAsync(body);
                done++;
            }

            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            client.Shutdown(SocketShutdown.Send);
            await echo;
            return seconds / done;
        }
    }
}

using System.Diagnostics;
using Google.Protobuf;
using LibProcess.Peers.Wire;
using LibProcess.Suite.Rounds;
using Proto;
using Proto.Remote;
using Proto.Remote.GrpcNet;

namespace LibProcess.Peers;

/// <summary>Ping-pong over Proto.Remote: to actors of a second program, or of a second system in this one.</summary>
internal sealed class ProtoRemote(Shape shape) : IWorkload
{
    private readonly int clientCount = shape.Int("clients");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("clients");
    private SecondProgram? second;
    private GrpcNetRemote? other;
    private GrpcNetRemote? remote;
    private Counted[] counts = [];
    private PID[] clients = [];

    public IEnumerable<SecondProgram> Others => second is null ? [] : [second];

    public static async Task ServeAsync(int clients)
    {
        GrpcNetRemote remote = await StartAsync(clients);
        await SecondProgram.ServeAsync(remote.System.Address);
        await remote.ShutdownAsync(true);
    }

    public async Task PrepareAsync()
    {
        string address;
        if (shape.Has("oneProgram"))
        {
            other ??= await StartAsync(clientCount);
            address = other.System.Address;
        }
        else
        {
            second ??= await SecondProgram.StartAsync("proto", $"{clientCount}");
            address = second.Address;
        }

        remote ??= await StartAsync(0);
        counts = [.. Enumerable.Range(0, clientCount).Select(_ => new Counted { Waited = new(shape.Int("window") == 1 ? (int)pings : 0) })];
        clients = [.. counts.Select((counted, i) => remote.System.Root.Spawn(Props.FromProducer(
            () => new Client(PID.FromAddress(address, $"echo{i}"), shape.Int("body"), pings, shape.Int("window"), counted))))];
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (PID client in clients)
        {
            remote!.System.Root.Send(client, Begin.Instance);
        }

        await Task.WhenAll(counts.Select(counted => counted.Done.Task));
        return new Outcome(pings * clientCount * 2) { Extra = Latencies.Percentiles(counts.Select(counted => counted.Waited)) };
    }

    public async Task FinishAsync()
    {
        foreach (PID client in clients)
        {
            await remote!.System.Root.StopAsync(client);
        }

        MiscountException.Check("pongs", pings * clientCount, counts.Sum(counted => counted.Value));
    }

    public async ValueTask DisposeAsync()
    {
        await (remote?.ShutdownAsync(true) ?? Task.CompletedTask);
        await (other?.ShutdownAsync(true) ?? Task.CompletedTask);
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static async Task<GrpcNetRemote> StartAsync(int echoes)
    {
        var system = new ActorSystem();
        var remote = new GrpcNetRemote(system, RemoteConfig.BindToLocalhost().WithProtoMessages(WireReflection.Descriptor));
        await remote.StartAsync();
        for (int i = 0; i < echoes; i++)
        {
            system.Root.SpawnNamed(Props.FromProducer(static () => new Echo()), $"echo{i}");
        }

        return remote;
    }

    private sealed class Echo : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is Ping ping && context.Sender is not null)
            {
                context.Respond(new Pong { Body = ping.Body });
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Client(PID echo, int body, long pings, int window, Counted counted) : IActor
    {
        private readonly Ping ping = new() { Body = ByteString.CopyFrom(new byte[body]) };
        private long sent;
        private long started;

        public Task ReceiveAsync(IContext context)
        {
            switch (context.Message)
            {
                case Begin:
                    while (sent < Math.Min(window, pings))
                    {
                        Send(context);
                    }

                    break;
                case Pong:
                    if (window == 1)
                    {
                        counted.Waited.Add(started);
                    }

                    if (++counted.Value == pings)
                    {
                        counted.Done.SetResult();
                    }
                    else if (sent < pings)
                    {
                        Send(context);
                    }

                    break;
            }

            return Task.CompletedTask;
        }

        private void Send(IContext context)
        {
            sent++;
            started = window == 1 ? Stopwatch.GetTimestamp() : 0;
            context.Request(echo, ping, context.Self);
        }
    }
}

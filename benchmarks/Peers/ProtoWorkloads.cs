using System.Diagnostics;
using LibProcess.Suite.Rounds;
using Proto;

namespace LibProcess.Peers;

/// <summary>The workloads on Proto.Actor.</summary>
internal static class ProtoWorkloads
{
    public static IWorkload Create(Order order) => order.Workload switch
    {
        "pingPong" => new ProtoPingPong(order.Shape),
        "request" => new ProtoRequests(order.Shape),
        "spawn" => new ProtoLives(order.Shape),
        "idle" => new ProtoIdle(order.Shape),
        "remote" => new ProtoRemote(order.Shape),
        _ => throw new NotSupportedException($"Proto.Actor has no '{order.Workload}'"),
    };
}

/// <summary>Messages by reference between pairs of actors; each message names its sender.</summary>
internal sealed class ProtoPingPong(Shape shape) : IWorkload
{
    private readonly int pairs = shape.Int("pairs");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("pairs");
    private ActorSystem system = null!;
    private Counted[] counts = [];
    private PID[] clients = [];

    public Task PrepareAsync()
    {
        system = new ActorSystem();
        counts = [.. Enumerable.Range(0, pairs).Select(_ => new Counted())];
        clients = [.. counts.Select(counted =>
        {
            PID echo = system.Root.Spawn(Props.FromProducer(static () => new Echo()));
            return system.Root.Spawn(Props.FromProducer(() => new Client(echo, pings, shape.Int("window"), counted)));
        })];
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (PID client in clients)
        {
            system.Root.Send(client, Begin.Instance);
        }

        await Task.WhenAll(counts.Select(counted => counted.Done.Task));
        return new Outcome(pings * pairs * 2);
    }

    public async Task FinishAsync()
    {
        await DisposeAsync();
        MiscountException.Check("pongs", pings * pairs, counts.Sum(counted => counted.Value));
    }

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.ShutdownAsync();
        }
    }

    private sealed record Hit(PID From);

    private sealed class Echo : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is Hit hit)
            {
                context.Send(hit.From, hit);
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Client(PID echo, long pings, int window, Counted counted) : IActor
    {
        private long sent;
        private Hit? hit;

        public Task ReceiveAsync(IContext context)
        {
            switch (context.Message)
            {
                case Begin:
                    hit = new Hit(context.Self);
                    for (; sent < Math.Min(window, pings); sent++)
                    {
                        context.Send(echo, hit);
                    }

                    break;
                case Hit:
                    if (++counted.Value == pings)
                    {
                        counted.Done.SetResult();
                    }
                    else if (sent < pings)
                    {
                        sent++;
                        context.Send(echo, hit!);
                    }

                    break;
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>Requests from outside of actors, each awaited.</summary>
internal sealed class ProtoRequests(Shape shape) : IWorkload
{
    private const int TimedMask = 15;
    private readonly int callers = shape.Int("clients") * shape.Int("window");
    private readonly long requests = shape.Long(Shape.Operations) / shape.Int("clients") / shape.Int("window");
    private ActorSystem system = null!;
    private PID server = null!;

    public Task PrepareAsync()
    {
        system = new ActorSystem();
        server = system.Root.Spawn(Props.FromProducer(static () => new Responder()));
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        object body = new byte[3];
        Latencies[] waited = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var times = new Latencies((int)(requests / (TimedMask + 1)) + 1);
            for (long i = 0; i < requests; i++)
            {
                long started = (i & TimedMask) == 0 ? Stopwatch.GetTimestamp() : 0;
                await system.Root.RequestAsync<byte[]>(server, body, CancellationToken.None);
                if (started != 0)
                {
                    times.Add(started);
                }
            }

            return times;
        })));
        return new Outcome(requests * callers) { Extra = Latencies.Percentiles(waited) };
    }

    public async Task FinishAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.ShutdownAsync();
        }
    }

    private sealed class Responder : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is byte[] body)
            {
                context.Respond(body);
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>Watching pairs stand, short-lived actors come and go.</summary>
internal sealed class ProtoLives(Shape shape) : IWorkload
{
    private const int AtOnce = 64;
    private ActorSystem? system;

    public Task PrepareAsync()
    {
        if (system is null)
        {
            system = new ActorSystem();
            for (int i = 0; i < shape.Int("pairs"); i++)
            {
                PID watched = system.Root.Spawn(Props.FromProducer(static () => new Idle()));
                system.Root.Spawn(Props.FromProducer(() => new Watcher(watched)));
            }
        }

        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        long lives = shape.Long(Shape.Operations);
        long next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= lives)
            {
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                PID pid = system!.Root.Spawn(Props.FromProducer(() => new Ephemeral(ended)));
                system.Root.Send(pid, Begin.Instance);
                await ended.Task;
            }
        }));
        return new Outcome(lives);
    }

    public Task FinishAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.ShutdownAsync();
        }
    }

    private sealed class Watcher(PID watched) : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is Started)
            {
                context.Watch(watched);
            }

            return Task.CompletedTask;
        }
    }

    private sealed class Ephemeral(TaskCompletionSource ended) : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            switch (context.Message)
            {
                case Begin:
                    context.Stop(context.Self);
                    break;
                case Stopped:
                    ended.SetResult();
                    break;
            }

            return Task.CompletedTask;
        }
    }

    internal sealed class Idle : IActor
    {
        public Task ReceiveAsync(IContext context)
        {
            if (context.Message is Begin)
            {
                context.Respond(Begin.Instance);
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>Actors that do nothing.</summary>
internal sealed class ProtoIdle(Shape shape) : IWorkload
{
    private ActorSystem system = null!;

    public Task PrepareAsync()
    {
        system = new ActorSystem();
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        int count = shape.Int(Shape.Operations);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Props props = Props.FromProducer(static () => new ProtoLives.Idle());
        PID[] actors = [.. Enumerable.Range(0, count).Select(_ => system.Root.Spawn(props))];
        foreach (PID actor in actors)
        {
            await system.Root.RequestAsync<Begin>(actor, Begin.Instance, CancellationToken.None);
        }

        return new Outcome(count)
        {
            Extra = { ["bytesPerProcess"] = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count },
        };
    }

    public async Task FinishAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.ShutdownAsync();
        }
    }
}

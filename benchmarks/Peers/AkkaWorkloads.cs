using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using LibProcess.Suite.Rounds;

namespace LibProcess.Peers;

/// <summary>The workloads on Akka.NET.</summary>
internal static class AkkaWorkloads
{
    public static IWorkload Create(Order order) => order.Workload switch
    {
        "pingPong" => new AkkaPingPong(order.Shape),
        "request" => new AkkaAsks(order.Shape, order.Shape.Int("clients"), order.Shape.Int("window")),
        "await" => new AkkaAsks(order.Shape, clients: 1, order.Shape.Int("window")),
        "spawn" => new AkkaLives(order.Shape),
        "idle" => new AkkaIdle(order.Shape),
        "remote" => new AkkaRemote(order.Shape),
        _ => throw new NotSupportedException($"Akka has no '{order.Workload}'"),
    };

    public static ActorSystem Start(string name = "local") => ActorSystem.Create(name, ConfigurationFactory.ParseString("akka.loglevel=ERROR"));
}

/// <summary>Messages by reference between pairs of actors.</summary>
internal sealed class AkkaPingPong(Shape shape) : IWorkload
{
    private readonly int pairs = shape.Int("pairs");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("pairs");
    private ActorSystem system = null!;
    private Counted[] counts = [];
    private IActorRef[] clients = [];

    public Task PrepareAsync()
    {
        system = AkkaWorkloads.Start();
        counts = [.. Enumerable.Range(0, pairs).Select(_ => new Counted())];
        clients = [.. counts.Select(counted =>
        {
            IActorRef echo = system.ActorOf(Props.Create(() => new AkkaEcho()));
            return system.ActorOf(Props.Create(() => new AkkaClient(echo, pings, shape.Int("window"), new object(), counted)));
        })];
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (IActorRef client in clients)
        {
            client.Tell(Begin.Instance);
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
            await system.Terminate();
        }
    }
}

/// <summary>The word to begin.</summary>
internal sealed class Begin
{
    public static Begin Instance { get; } = new();
}

/// <summary>What a client has got back.</summary>
internal sealed class Counted
{
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Value { get; set; }

    public Latencies Waited { get; init; } = new(0);
}

internal sealed class AkkaEcho : UntypedActor
{
    protected override void OnReceive(object message) => Sender.Tell(message, Self);
}

internal sealed class AkkaClient(ICanTell echo, long pings, int window, object message, Counted counted) : UntypedActor
{
    private long sent;
    private long started;

    protected override void OnReceive(object received)
    {
        if (received is Begin)
        {
            while (sent < Math.Min(window, pings))
            {
                Ping();
            }

            return;
        }

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
            Ping();
        }
    }

    private void Ping()
    {
        sent++;
        started = window == 1 ? Stopwatch.GetTimestamp() : 0;
        echo.Tell(message, Self);
    }
}

/// <summary>Asks from outside of actors, each awaited.</summary>
internal sealed class AkkaAsks(Shape shape, int clients, int window) : IWorkload
{
    private const int TimedMask = 15;
    private readonly long asks = shape.Long(Shape.Operations) / clients / window;
    private ActorSystem system = null!;
    private IActorRef server = null!;

    public Task PrepareAsync()
    {
        system = AkkaWorkloads.Start();
        server = system.ActorOf(Props.Create(() => new AkkaEcho()));
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        object body = new byte[3];
        Latencies[] waited = await Task.WhenAll(Enumerable.Range(0, clients * window).Select(_ => Task.Run(async () =>
        {
            var times = new Latencies((int)(asks / (TimedMask + 1)) + 1);
            for (long i = 0; i < asks; i++)
            {
                long started = (i & TimedMask) == 0 ? Stopwatch.GetTimestamp() : 0;
                await server.Ask<object>(body);
                if (started != 0)
                {
                    times.Add(started);
                }
            }

            return times;
        })));
        return new Outcome(asks * clients * window) { Extra = Latencies.Percentiles(waited) };
    }

    public async Task FinishAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (system is not null)
        {
            await system.Terminate();
        }
    }
}

/// <summary>Watching pairs stand, short-lived actors come and go.</summary>
internal sealed class AkkaLives(Shape shape) : IWorkload
{
    private const int AtOnce = 64;
    private ActorSystem? system;

    public Task PrepareAsync()
    {
        if (system is null)
        {
            system = AkkaWorkloads.Start();
            for (int i = 0; i < shape.Int("pairs"); i++)
            {
                IActorRef watched = system.ActorOf(Props.Create(() => new AkkaEcho()));
                system.ActorOf(Props.Create(() => new Watcher(watched)));
            }
        }

        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        long lives = shape.Long(Shape.Operations);
        long next = 0;
        Props props = Props.Create(() => new Ephemeral());
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= lives)
            {
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                system!.ActorOf(props).Tell(ended);
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
            await system.Terminate();
        }
    }

    private sealed class Watcher : UntypedActor
    {
        public Watcher(IActorRef watched) => Context.Watch(watched);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Ephemeral : UntypedActor
    {
        private TaskCompletionSource? ended;

        protected override void OnReceive(object message)
        {
            ended = (TaskCompletionSource)message;
            Context.Stop(Self);
        }

        protected override void PostStop() => ended?.SetResult();
    }
}

/// <summary>Actors that do nothing.</summary>
internal sealed class AkkaIdle(Shape shape) : IWorkload
{
    private ActorSystem system = null!;

    public Task PrepareAsync()
    {
        system = AkkaWorkloads.Start();
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        int count = shape.Int(Shape.Operations);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Props props = Props.Create(() => new AkkaEcho());
        IActorRef[] actors = [.. Enumerable.Range(0, count).Select(_ => system.ActorOf(props))];
        foreach (IActorRef actor in actors)
        {
            await actor.Ask<object>(Begin.Instance);
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
            await system.Terminate();
        }
    }
}

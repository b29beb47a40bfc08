using Akka.Actor;
using Akka.Configuration;
using LibProcess.Suite.Rounds;

namespace LibProcess.Peers;

/// <summary>Ping-pong over Akka.Remote: to actors of a second program, or of a second system in this one.</summary>
internal sealed class AkkaRemote(Shape shape) : IWorkload
{
    private const string Settings =
        """
        akka {
          loglevel = ERROR
          actor.provider = remote
          log-dead-letters = off
          suppress-json-serializer-warning = on
          remote { log-remote-lifecycle-events = off, dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
        }
        """;

    private readonly int clientCount = shape.Int("clients");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("clients");
    private SecondProgram? second;
    private ActorSystem? other;
    private ActorSystem? system;
    private Counted[] counts = [];
    private IActorRef[] clients = [];

    public IEnumerable<SecondProgram> Others => second is null ? [] : [second];

    public static async Task ServeAsync(int clients)
    {
        ActorSystem system = StartEchoes(clients);
        await SecondProgram.ServeAsync(Address(system));
        await system.Terminate();
    }

    public async Task PrepareAsync()
    {
        string address;
        if (shape.Has("oneProgram"))
        {
            other ??= StartEchoes(clientCount);
            address = Address(other);
        }
        else
        {
            second ??= await SecondProgram.StartAsync("akka", $"{clientCount}");
            address = second.Address;
        }

        system ??= ActorSystem.Create("A", ConfigurationFactory.ParseString(Settings));
        counts = [.. Enumerable.Range(0, clientCount).Select(_ => new Counted { Waited = new(shape.Int("window") == 1 ? (int)pings : 0) })];
        clients = new IActorRef[clientCount];
        object message = new string('x', shape.Int("body"));
        for (int i = 0; i < clientCount; i++)
        {
            IActorRef echo = await system.ActorSelection($"{address}/user/echo{i}").ResolveOne(TimeSpan.FromSeconds(10));
            Counted counted = counts[i];
            clients[i] = system.ActorOf(Props.Create(() => new AkkaClient(echo, pings, shape.Int("window"), message, counted)));
        }
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (IActorRef client in clients)
        {
            client.Tell(Begin.Instance);
        }

        await Task.WhenAll(counts.Select(counted => counted.Done.Task));
        return new Outcome(pings * clientCount * 2) { Extra = Latencies.Percentiles(counts.Select(counted => counted.Waited)) };
    }

    public async Task FinishAsync()
    {
        foreach (IActorRef client in clients)
        {
            await client.GracefulStop(TimeSpan.FromSeconds(5));
        }

        MiscountException.Check("pongs", pings * clientCount, counts.Sum(counted => counted.Value));
    }

    public async ValueTask DisposeAsync()
    {
        await (system?.Terminate() ?? Task.CompletedTask);
        await (other?.Terminate() ?? Task.CompletedTask);
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static ActorSystem StartEchoes(int count)
    {
        ActorSystem system = ActorSystem.Create("B", ConfigurationFactory.ParseString(Settings));
        for (int i = 0; i < count; i++)
        {
            system.ActorOf(Props.Create(() => new AkkaEcho()), $"echo{i}");
        }

        return system;
    }

    private static string Address(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress.ToString();
}

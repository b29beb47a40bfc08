using LibProcess.Addressing;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>A primary, two backups and three clients on a bad day; then the faults end, and all must come out right.</summary>
internal sealed class CounterScenario : IDisposable
{
    private const int Clients = 3;
    private const int Increments = 40;
    private static readonly TimeSpan BadDay = TimeSpan.FromSeconds(10);
    private static readonly FaultPlan Faults = new()
    {
        LoseConnection = TimeSpan.FromSeconds(1),
        HalfOpen = TimeSpan.FromSeconds(10),
        Cut = TimeSpan.FromSeconds(6),
        CutTime = TimeSpan.FromSeconds(1),
        Crash = TimeSpan.FromSeconds(2),
        DownTime = TimeSpan.FromMilliseconds(500),
        Pause = TimeSpan.FromSeconds(5),
    };

    private readonly List<CounterLog> backups = [];
    private readonly List<ClientState> clients = [];
    private readonly CounterLog primary;

    public CounterScenario(ulong seed, Mistake mistake = Mistake.None)
    {
        Cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Faults = Faults });
        var pids = new List<UPid>();
        foreach (string name in (string[])["backup-1", "backup-2"])
        {
            SimulatedNode backup = Cluster.AddNode(
                name, build: node => node.Spawn(new Backup(node.Manager, node.Durable<CounterLog>(), mistake)));
            pids.Add(new UPid("backup", backup.Address));
            backups.Add(backup.Durable<CounterLog>());
        }

        SimulatedNode first = Cluster.AddNode(
            "primary", build: node => node.Spawn(new Primary(node.Manager, node.Durable<CounterLog>(), pids, mistake)));
        primary = first.Durable<CounterLog>();
        var pid = new UPid("primary", first.Address);
        for (int i = 0; i < Clients; i++)
        {
            int number = i;
            SimulatedNode client = Cluster.AddNode(
                $"client-{i + 1}",
                build: node => node.Spawn(new Client(node.Manager, number, node.Durable<ClientState>(), pid, Increments)));
            clients.Add(client.Durable<ClientState>());
        }

        Cluster.Check("an acknowledged increment is missing on a backup", AcknowledgedIsEverywhere);
        Cluster.Check("a backup has increments in another order than the primary", OrderIsOne);
    }

    public SimulatedCluster Cluster { get; }

    public void Dispose() => Cluster.Dispose();

    public void Run()
    {
        Cluster.RunFor(BadDay);
        Cluster.EndFaults();
        Cluster.RunUntil(() => clients.TrueForAll(client => client.Done == Increments), TimeSpan.FromMinutes(30));
        foreach (CounterLog log in (CounterLog[])[primary, .. backups])
        {
            if (log.Entries.Count != Clients * Increments)
            {
                throw Cluster.Fail($"the counter is {log.Entries.Count} and not {Clients * Increments}");
            }
        }
    }

    private bool AcknowledgedIsEverywhere()
    {
        for (int i = 0; i < clients.Count; i++)
        {
            if (clients[i].Done > 0)
            {
                var last = new Increment(i, clients[i].Done - 1);
                if (!backups[0].Contains(last) || !backups[1].Contains(last))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool OrderIsOne() => backups.TrueForAll(backup => IsSame(backup.Entries, primary.Entries));

    // Looked at after each step, so only the last entry that both have can be new.
    private static bool IsSame(List<Increment> one, List<Increment> other)
    {
        int common = Math.Min(one.Count, other.Count);
        return common == 0 || one[common - 1] == other[common - 1];
    }
}

using LibProcess.Testing.Simulation.Network;

namespace LibProcess.Testing.Simulation.Faults;

/// <summary>Lets faults happen by the plan, at times and places that the seed decides.</summary>
internal sealed class FaultInjector
{
    // Faults fall in between the steps that something that happened has set off, not only into the silence before it.
    private const int MaxSteps = 30;

    private readonly SimulatedCluster cluster;
    private readonly Engine engine;
    private readonly SeededChance chance;
    private readonly Agenda.Entry?[] planned = new Agenda.Entry?[5];

    public FaultInjector(SimulatedCluster cluster, Engine engine, FaultPlan plan)
    {
        this.cluster = cluster;
        this.engine = engine;
        chance = SeededChance.For(engine.Options.Seed, "faults");
        Plan = plan;
        Follow(plan);
    }

    public FaultPlan Plan { get; private set; }

    /// <summary>Faults that have begun still end by the old plan.</summary>
    public void Follow(FaultPlan plan)
    {
        Plan = plan;
        foreach (Agenda.Entry? entry in planned)
        {
            entry?.Cancel();
        }

        Repeat(0, plan.LoseConnection, LoseConnection);
        Repeat(1, plan.HalfOpen, HalfOpen);
        Repeat(2, plan.Cut, Cut);
        Repeat(3, plan.Crash, Crash);
        Repeat(4, plan.Pause, Pause);
    }

    private void Repeat(int slot, TimeSpan? mean, Action fault)
    {
        if (mean is { } every)
        {
            planned[slot] = Later(chance.Exponential(every), EntryKind.Fault, () =>
            {
                engine.AtStep(engine.Step + 1 + chance.Next(MaxSteps), () => Happen(slot, fault));
                Repeat(slot, mean, fault);
            });
        }
    }

    private void Happen(int slot, Action fault)
    {
        // The plan may have changed meanwhile.
        if (planned[slot] is { IsPending: true })
        {
            fault();
        }
    }

    private void LoseConnection()
    {
        if (Pick(cluster.Network.Open) is { } connection)
        {
            cluster.Network.Break(connection);
        }
    }

    private void HalfOpen()
    {
        if (Pick(cluster.Network.Open) is { } connection)
        {
            (SimulatedNode a, SimulatedNode b) = (connection.Client.Life.Node, connection.Server.Life.Node);
            bool swap = chance.Happens(0.5);
            cluster.Network.HalfOpen(swap ? b : a, swap ? a : b);
        }
    }

    private void Cut()
    {
        if (Pick(cluster.Nodes) is not { } a || Pick([.. cluster.Nodes.Where(node => node != a)]) is not { } b)
        {
            return;
        }

        SimulatedNetwork network = cluster.Network;
        if (chance.Happens(Plan.OneWay))
        {
            network.CutOneWay(a, b);
        }
        else
        {
            network.Cut(a, b);
        }

        Later(chance.Exponential(Plan.CutTime), EntryKind.Plan, () => network.Heal(a, b));
    }

    private void Crash()
    {
        SimulatedNode[] victims = Victims();
        if (cluster.Nodes.Count(node => !node.IsUp) >= Plan.MaxDown || Pick(victims) is not { } victim)
        {
            return;
        }

        // One that is in the middle of something has more to lose.
        if (engine.LastToRun is { } busy && victims.Contains(busy) && chance.Happens(0.5))
        {
            victim = busy;
        }

        victim.CrashNow(chance.Happens(Plan.WithHost));
        Later(chance.Exponential(Plan.DownTime), EntryKind.Plan, () =>
        {
            if (!victim.IsUp)
            {
                victim.Start();
            }
        });
    }

    private void Pause()
    {
        if (Pick(Victims()) is { } victim)
        {
            victim.Pause(chance.Exponential(Plan.PauseTime));
        }
    }

    private SimulatedNode[] Victims() =>
        [.. cluster.Nodes.Where(node => node.IsUp && (Plan.Victims is not { } names || names.Contains(node.Name)))];

    private T? Pick<T>(IReadOnlyList<T> items)
        where T : class => items.Count == 0 ? null : items[chance.Next(items.Count)];

    private Agenda.Entry Later(TimeSpan delay, EntryKind kind, Action action) =>
        engine.Agenda.Add(engine.Now + delay.Ticks, kind, null, action);
}

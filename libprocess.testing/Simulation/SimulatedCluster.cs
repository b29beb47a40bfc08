using LibProcess.Addressing;
using LibProcess.Testing.Simulation.Faults;
using LibProcess.Testing.Simulation.Network;

namespace LibProcess.Testing.Simulation;

/// <summary>
/// Many nodes on one thread, in virtual time, over a network that breaks. The seed decides the order of everything, so a run
/// that fails can be repeated to the same step.
/// </summary>
/// <remarks>
/// The wire code is the real one; only bytes travel through memory. One thread uses a cluster: write tests with it as plain
/// methods, and let processes and tasks run with <see cref="RunUntil(Func{bool}, TimeSpan?)"/> and <see cref="Await{T}"/>. What
/// leaves that thread, such as <c>Task.Run</c>, fails the run.
/// </remarks>
public sealed class SimulatedCluster : IDisposable
{
    private const ushort NodePort = 5050;
    private const uint FirstIp = 0x0A000001;
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromHours(1);

    private readonly Engine engine;
    private readonly FaultInjector injector;
    private readonly List<SimulatedNode> nodes = [];
    private readonly Dictionary<string, SimulatedNode> byName = new(StringComparer.Ordinal);

    /// <summary>A cluster without nodes, a calm network and no faults.</summary>
    /// <param name="seed">Decides the order of everything.</param>
    public SimulatedCluster(ulong seed)
        : this(new SimulationOptions { Seed = seed })
    {
    }

    /// <summary>A cluster without nodes.</summary>
    public SimulatedCluster(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        engine = new Engine(options);
        Network = new SimulatedNetwork(this, engine);
        injector = new FaultInjector(this, engine, options.Faults);
    }

    /// <summary>The seed.</summary>
    public ulong Seed => engine.Options.Seed;

    /// <summary>How many steps were taken: turns of processes, timers, and steps of the network.</summary>
    public long Step => engine.Step;

    /// <summary>Virtual time since the start.</summary>
    public TimeSpan Time => TimeSpan.FromTicks(engine.Now);

    /// <summary>A hash of all that happened; the same for the same seed.</summary>
    public ulong TraceHash => engine.Hash;

    /// <summary>The connections between the nodes.</summary>
    public SimulatedNetwork Network { get; }

    /// <summary>The nodes in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedNode> Nodes => nodes;

    /// <summary>Expects, drops and delays events of all nodes.</summary>
    public EventFilters Filters { get; } = new();

    /// <summary>Which faults come by themselves from now on.</summary>
    public FaultPlan Faults
    {
        get => injector.Plan;
        set => injector.Follow(value);
    }

    /// <summary>A node by its name.</summary>
    public SimulatedNode this[string name] => byName[name];

    /// <summary>Adds a node and starts it.</summary>
    /// <param name="name">Its name, also that of its host.</param>
    /// <param name="configure">Changes the options of each life of the node, or null. What makes it simulated must stay.</param>
    /// <param name="build">Starts the processes of the node, again after each restart; or null.</param>
    public SimulatedNode AddNode(
        string name,
        Func<Processes.ProcessManagerOptions, Processes.ProcessManagerOptions>? configure = null,
        Action<SimulatedNode>? build = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var address = new NetworkAddress(FirstIp + (uint)nodes.Count, NodePort);
        var node = new SimulatedNode(this, engine, Network, name, address, configure, build);
        byName.Add(name, node);
        nodes.Add(node);
        using (engine.Enter())
        {
            node.Start();
        }

        return node;
    }

    /// <summary>Fails the run at the step after which the condition does not hold.</summary>
    /// <param name="name">What must hold, for the text of the failure.</param>
    /// <param name="holds">Looked at after each step; an exception is a failure too.</param>
    public void Check(string name, Func<bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        engine.Checks.Add(() =>
        {
            if (!holds())
            {
                throw engine.Fail(name);
            }
        });
    }

    /// <summary>
    /// Does something at a step yet to come, in between whatever happens there; for example a crash. The step counts as taken
    /// by it.
    /// </summary>
    public void AtStep(long step, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        engine.AtStep(step, action);
    }

    /// <summary>Takes steps until the condition holds, which is looked at after each.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="limit">How much virtual time that may take. Default: one hour.</param>
    /// <exception cref="SimulationFailedException">It does not come true in that time, or nothing is left that could happen.</exception>
    public void RunUntil(Func<bool> condition, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        using Engine.Scope scope = engine.Enter();
        long deadline = engine.Now + (limit ?? DefaultLimit).Ticks;
        while (!condition())
        {
            if (!engine.HasReady && !engine.Agenda.HasForeground)
            {
                throw engine.Fail("the condition does not hold, and nothing is left that could happen");
            }

            if (!engine.TryStep(deadline))
            {
                throw engine.Fail($"the condition did not come true within {limit ?? DefaultLimit} of virtual time");
            }
        }
    }

    /// <summary>Runs until a task has completed, and gives its result.</summary>
    /// <param name="task">Made by a node of this cluster.</param>
    /// <param name="limit">How much virtual time that may take. Default: one hour.</param>
    public T Await<T>(Task<T> task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        RunUntil(() => task.IsCompleted, limit);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs until a task has completed.</summary>
    /// <param name="task">Made by a node of this cluster.</param>
    /// <param name="limit">How much virtual time that may take. Default: one hour.</param>
    public void Await(Task task, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        RunUntil(() => task.IsCompleted, limit);
        task.GetAwaiter().GetResult();
    }

    /// <summary>Lets so much virtual time pass, and everything happen that falls into it.</summary>
    public void RunFor(TimeSpan time)
    {
        using Engine.Scope scope = engine.Enter();
        long deadline = engine.Now + time.Ticks;
        while (engine.TryStep(deadline))
        {
        }
    }

    /// <summary>Runs until no process has anything to do and nothing is under way in the network; timers are not waited for.</summary>
    /// <param name="limit">How much virtual time that may take. Default: one hour.</param>
    public void Settle(TimeSpan? limit = null)
    {
        using Engine.Scope scope = engine.Enter();
        long deadline = engine.Now + (limit ?? DefaultLimit).Ticks;
        while (engine.HasReady || engine.Agenda.HasWork)
        {
            if (!engine.TryStep(deadline))
            {
                throw engine.Fail($"the cluster did not settle within {limit ?? DefaultLimit} of virtual time");
            }
        }
    }

    /// <summary>Runs until that many steps were taken since the start: to look at what comes before a failure.</summary>
    public void RunToStep(long step)
    {
        using Engine.Scope scope = engine.Enter();
        while (engine.Step < step && (engine.HasReady || engine.Agenda.NextDue() is not null))
        {
            engine.TryStep(long.MaxValue);
        }
    }

    /// <summary>Calls code as a part of the simulation, such as <c>CallAsync</c> of a process whose result is then awaited.</summary>
    public T Do<T>(Func<T> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        using Engine.Scope scope = engine.Enter();
        return code();
    }

    /// <summary>Ends all faults: none comes by itself any more, the network is whole, all nodes are up.</summary>
    public void EndFaults()
    {
        using Engine.Scope scope = engine.Enter();
        injector.Follow(FaultPlan.None);
        Network.HealAll();
        foreach (SimulatedNode node in nodes)
        {
            node.RefusesConnections = false;
            node.ReceiveBytesPerSecond = null;
            if (!node.IsUp)
            {
                node.Start();
            }
        }
    }

    /// <summary>The last things that happened, oldest first, one a line.</summary>
    public string Trace(int lines = 100) => engine.LastLines(lines);

    /// <summary>An exception with the circumstances of the run; it also ends the run.</summary>
    public SimulationFailedException Fail(string reason) => engine.Fail(reason);

    /// <summary>Ends the run: all nodes are gone.</summary>
    /// <exception cref="SimulationFailedException">Something had left the simulation.</exception>
    public void Dispose()
    {
        using (SimulatedThreadScope())
        {
            foreach (SimulatedNode node in nodes)
            {
                node.CrashNow(withHost: true);
            }
        }

        engine.ThrowIfLeft();
    }

    internal SimulatedNode? TryFind(string name) => byName.GetValueOrDefault(name);

    internal SimulatedNode? TryFind(NetworkAddress address) => nodes.Find(node => node.Address.Ip == address.Ip);

    private static Scheduling.SimulatedThread.Scope SimulatedThreadScope() => Scheduling.SimulatedThread.Enter();

}

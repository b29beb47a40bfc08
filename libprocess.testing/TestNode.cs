using LibProcess.Processes;
using LibProcess.Randomness;

namespace LibProcess.Testing;

/// <summary>
/// A node for tests on loopback: virtual time, seeded chance, filters, and a fault in a handler fails the test when the node
/// is disposed.
/// </summary>
public sealed class TestNode : IAsyncDisposable
{
    private readonly SettlingScheduler scheduler = new();

    /// <summary>Starts a node.</summary>
    /// <param name="clock">A clock shared with other nodes, or null for one of its own.</param>
    /// <param name="seed">The seed of its chance.</param>
    /// <param name="configure">Changes the options before the node starts, or null.</param>
    public TestNode(VirtualClock? clock = null, int seed = 1, Func<ProcessManagerOptions, ProcessManagerOptions>? configure = null)
    {
        Clock = clock ?? new VirtualClock();
        var options = new ProcessManagerOptions
        {
            Clock = Clock,
            Random = RandomSource.Seeded(seed),
            Scheduler = scheduler,
            Filter = Filters,
            Faults = Faults,
        };
        Manager = ProcessManager.Start(configure is null ? options : configure(options));
    }

    /// <summary>The time of the node.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Expectations on the events of the node.</summary>
    public EventFilters Filters { get; } = new();

    /// <summary>The faults of the node. See <see cref="ExpectFaults"/> where they are the point of the test.</summary>
    public RecordedFaults Faults { get; } = new();

    /// <summary>Set where faults are the point of the test, so that disposing does not fail.</summary>
    public bool ExpectFaults { get; set; }

    /// <summary>The node.</summary>
    public ProcessManager Manager { get; }

    /// <summary>Starts a process of the node.</summary>
    public T Spawn<T>(T process)
        where T : ProcessBase
    {
        Manager.Spawn(process);
        return process;
    }

    /// <summary>Completes when no process of this node has anything to do. Bytes under way between nodes are not seen.</summary>
    public Task SettleAsync() => scheduler.SettleAsync();

    /// <summary>Lets everything happen that is due now, moves time on, and lets everything happen that has become due.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await SettleAsync();
        Clock.Advance(by);
        await SettleAsync();
    }

    /// <summary>Stops the node.</summary>
    /// <exception cref="InvalidOperationException">A handler let an exception escape.</exception>
    public async ValueTask DisposeAsync()
    {
        await Manager.DisposeAsync();
        if (!ExpectFaults)
        {
            Faults.ThrowIfAny();
        }
    }
}

using LibProcess.Scheduling;

namespace LibProcess.Testing.Simulation;

/// <summary>One life of a node, from its start to its crash. What belongs to an earlier life has no effect any more.</summary>
internal sealed class NodeLife(SimulatedNode node, Engine engine) : ProcessScheduler
{
    private readonly List<IThreadPoolWorkItem> parked = [];

    public SimulatedNode Node => node;

    public bool IsAlive { get; private set; } = true;

    /// <summary>Until then nothing of the node runs.</summary>
    public long PausedUntil { get; private set; }

    public bool IsPaused => PausedUntil > engine.Now;

    public override bool OneEventPerTurn => true;

    public override void Schedule(IThreadPoolWorkItem process, bool fair)
    {
        engine.Guard.Check("a process was given work");
        if (IsAlive)
        {
            engine.MakeReady(this, process);
        }
    }

    /// <summary>Keeps a turn for the end of the pause.</summary>
    public void Park(IThreadPoolWorkItem item) => parked.Add(item);

    public void Pause(TimeSpan time)
    {
        PausedUntil = Math.Max(PausedUntil, engine.Now + time.Ticks);
        engine.Agenda.Add(PausedUntil, EntryKind.Plan, this, Resume);
    }

    public void End() => IsAlive = false;

    private void Resume()
    {
        if (!IsPaused)
        {
            parked.ForEach(item => engine.MakeReady(this, item));
            parked.Clear();
        }
    }
}

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>One increment: the number of the client, and which of its increments it is.</summary>
internal readonly record struct Increment(int Client, int Number);

/// <summary>What a replica has written to its disk: all increments it knows, in order. The counter is their number.</summary>
internal sealed class CounterLog
{
    private readonly HashSet<Increment> known = [];

    public List<Increment> Entries { get; } = [];

    public bool Contains(Increment increment) => known.Contains(increment);

    public void Append(Increment increment)
    {
        Entries.Add(increment);
        known.Add(increment);
    }
}

namespace LibProcess.Suite.Rounds;

/// <summary>The numbers that make a workload the same for all who take part: pairs, windows, bodies, counts.</summary>
internal sealed class Shape : Dictionary<string, double>
{
    /// <summary>The part of the shape that grows and shrinks with the size of the run.</summary>
    public const string Operations = "count";

    public int Int(string name, int otherwise = 0) => TryGetValue(name, out double value) ? (int)value : otherwise;

    public long Long(string name, long otherwise = 0) => TryGetValue(name, out double value) ? (long)value : otherwise;

    public bool Has(string name) => Int(name) != 0;

    /// <summary>The same workload with fewer or more operations; never less than <paramref name="least"/>.</summary>
    public Shape Scaled(double by, double least)
    {
        var scaled = new Shape();
        foreach ((string name, double value) in this)
        {
            scaled[name] = name == Operations ? Math.Max(Math.Round(value * by), Math.Min(least, value)) : value;
        }

        return scaled;
    }
}

namespace LibProcess.Metrics;

/// <summary>Values over a window of time, at most so many of them: where there are more, the older half is thinned out.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/timeseries.hpp. Not safe for several threads at once.</remarks>
internal sealed class TimeSeries
{
    public const int DefaultCapacity = 1000;

    private readonly long window;
    private readonly int capacity;
    private readonly List<(long Time, double Value)> points = [];

    // The next point to be thinned out; every other one goes, up to the middle, then again from the beginning.
    private int? victim;

    /// <summary>Creates a series.</summary>
    /// <param name="window">How long a value counts, in the units of the times given.</param>
    /// <param name="capacity">At least three.</param>
    public TimeSeries(long window, int capacity = DefaultCapacity)
    {
        this.window = window;
        this.capacity = Math.Max(3, capacity);
    }

    /// <summary>Adds a value; times must not run backwards. A second value of the same moment replaces the first.</summary>
    public void Add(long time, double value)
    {
        if (points.Count > 0 && points[^1].Time == time)
        {
            points[^1] = (time, value);
        }
        else
        {
            points.Add((time, value));
        }

        DropExpired(time - window);
        ThinOut();
    }

    /// <summary>The values, oldest first.</summary>
    public double[] ToArray() => [.. points.Select(point => point.Value)];

    private void DropExpired(long limit)
    {
        int expired = 0;
        while (expired < points.Count - 1 && points[expired].Time <= limit)
        {
            expired++;
        }

        if (expired > 0)
        {
            points.RemoveRange(0, expired);
            victim = victim > expired ? victim - expired : null;
        }
    }

    private void ThinOut()
    {
        while (points.Count > capacity)
        {
            int index = victim is { } next && next <= points.Count / 2 ? next : 1;
            points.RemoveAt(index);
            victim = index + 1;
        }
    }
}

using System.Collections.Concurrent;

namespace LibProcess.Metrics;

/// <summary>All metrics of a node by name. Any thread.</summary>
public sealed class MetricsRegistry
{
    private readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.Ordinal);

    /// <summary>Adds a counter.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public Counter AddCounter(string name)
    {
        var counter = new Counter(name);
        return counters.TryAdd(name, counter) ? counter : throw new InvalidOperationException($"The metric '{name}' exists already");
    }
}

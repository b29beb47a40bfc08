using LibProcess.Metrics;

namespace Mesos.Master;

/// <summary>How many messages came from the frameworks of a principal, and how many of them were handled.</summary>
/// <param name="Received">Before they were handled.</param>
/// <param name="Processed">After.</param>
internal sealed record PrincipalCounters(Counter Received, Counter Processed)
{
    /// <summary>How many frameworks there are of the principal.</summary>
    public int Frameworks { get; set; }
}

/// <summary>The metrics of principals with registered frameworks.</summary>
/// <remarks>Upstream: <c>Metrics::Frameworks</c> in src/master/metrics.hpp.</remarks>
internal sealed class PrincipalMetrics(MetricsRegistry registry)
{
    private readonly Dictionary<string, PrincipalCounters> byPrincipal = new(StringComparer.Ordinal);

    public PrincipalCounters? Find(string? principal) => principal is null ? null : byPrincipal.GetValueOrDefault(principal);

    /// <summary>A framework of a principal came.</summary>
    public void Add(string principal)
    {
        if (!byPrincipal.TryGetValue(principal, out PrincipalCounters? counters))
        {
            counters = new PrincipalCounters(
                registry.AddCounter(MetricName.Of("frameworks/{principal}/messages_received", ("principal", principal))),
                registry.AddCounter(MetricName.Of("frameworks/{principal}/messages_processed", ("principal", principal))));
            byPrincipal[principal] = counters;
        }

        counters.Frameworks++;
    }

    /// <summary>A framework of a principal went; with the last the metrics go.</summary>
    public void Remove(string principal)
    {
        if (byPrincipal.TryGetValue(principal, out PrincipalCounters? counters) && --counters.Frameworks == 0)
        {
            byPrincipal.Remove(principal);
            Withdraw(counters);
        }
    }

    /// <summary>The master ends.</summary>
    public void Withdraw()
    {
        foreach (PrincipalCounters counters in byPrincipal.Values)
        {
            Withdraw(counters);
        }

        byPrincipal.Clear();
    }

    private void Withdraw(PrincipalCounters counters)
    {
        registry.Remove(counters.Received);
        registry.Remove(counters.Processed);
    }
}

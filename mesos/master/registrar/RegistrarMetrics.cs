using LibProcess.Metrics;
using LibProcess.Processes;

namespace Mesos.Master.Registrar;

/// <summary>What the registrar tells about itself, by the names of the original.</summary>
/// <remarks>Upstream: src/master/registrar.cpp.</remarks>
internal sealed class RegistrarMetrics
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private readonly MetricsRegistry registry;
    private readonly Metric[] all;

    public RegistrarMetrics(MetricsRegistry registry, ProcessBase registrar, Func<int> queued)
    {
        this.registry = registry;
        Fetch = registry.AddTimer("registrar/state_fetch");
        Store = registry.AddTimer("registrar/state_store", window: Window);
        all =
        [
            Fetch,
            Store,
            registry.AddPullGauge("registrar/queued_operations", registrar, () => queued()),
            registry.AddPullGauge("registrar/registry_size_bytes", registrar, () => Size ?? throw new InvalidOperationException("Not recovered yet")),
        ];
    }

    public MetricTimer Fetch { get; }

    public MetricTimer Store { get; }

    /// <summary>The size of the registry as it was stored last; null before it was read.</summary>
    public int? Size { get; set; }

    public void Withdraw() => registry.Remove(all);
}

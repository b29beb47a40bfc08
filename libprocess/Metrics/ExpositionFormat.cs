namespace LibProcess.Metrics;

/// <summary>The text formats in which Prometheus and its kin read metrics.</summary>
internal enum ExpositionFormat
{
    /// <summary>The text format 0.0.4 of Prometheus.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0.0.</summary>
    OpenMetrics,
}

namespace LibProcess.Metrics;

/// <summary>What one metric said when it was read.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Value">Finite; null where it had none.</param>
/// <param name="Statistics">Of its window; null where it has none.</param>
internal readonly record struct MetricSample(Metric Metric, double? Value, MetricStatistics? Statistics);

namespace LibProcess.Metrics;

/// <summary>What tells one metric of a family from the others.</summary>
/// <param name="Name">Letters, digits and <c>_</c>.</param>
/// <param name="Value">Any text.</param>
public readonly record struct MetricLabel(string Name, string Value);

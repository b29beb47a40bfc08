namespace Mesos.Master;

/// <summary>The names of values in names of metrics.</summary>
internal static class MetricNames
{
    /// <summary>The name of a value on the wire, in small letters: the generated names are TaskLost, SlaveRemoved; the original's are task_lost, slave_removed.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        string.Concat(value.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}

namespace LibProcess.Metrics;

/// <summary>The unit of a <see cref="MetricTimer"/>, which also ends its name.</summary>
public enum TimeUnit
{
    /// <summary>Names end in <c>_ns</c>.</summary>
    Nanoseconds,

    /// <summary>Names end in <c>_us</c>.</summary>
    Microseconds,

    /// <summary>Names end in <c>_ms</c>.</summary>
    Milliseconds,

    /// <summary>Names end in <c>_secs</c>.</summary>
    Seconds,

    /// <summary>Names end in <c>_mins</c>.</summary>
    Minutes,

    /// <summary>Names end in <c>_hrs</c>.</summary>
    Hours,

    /// <summary>Names end in <c>_days</c>.</summary>
    Days,

    /// <summary>Names end in <c>_weeks</c>.</summary>
    Weeks,
}

namespace Mesos.Authentication;

/// <summary>How long an attempt to authenticate is waited for: a random time between two bounds, the upper one growing.</summary>
/// <param name="Factor">Half of what the upper bound lies above the lower one at first. Default of the flags: 1 second.</param>
/// <param name="Min">The lower bound. Default of the flags: 5 seconds.</param>
/// <param name="Max">What the upper bound does not grow beyond. Default of the flags: 1 minute.</param>
/// <remarks>Upstream: <c>authentication_backoff_factor</c> and <c>authentication_timeout_*</c> in src/sched/flags.hpp and src/slave/flags.cpp.</remarks>
public sealed record AuthenticationBackoff(TimeSpan Factor, TimeSpan Min, TimeSpan Max)
{
    /// <summary>The upper bound for the first attempt.</summary>
    public TimeSpan First => Cap(Min + (2 * Factor));

    /// <summary>The upper bound after an attempt that came to nothing: twice as far from the lower one.</summary>
    public TimeSpan Next(TimeSpan bound) => Cap(Min + (2 * (bound - Min)));

    private TimeSpan Cap(TimeSpan bound) => bound < Min ? Min : bound < Max ? bound : Max > Min ? Max : Min;
}

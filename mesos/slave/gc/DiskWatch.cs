using Mesos.Slave.Checkpoint;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Gc;

/// <summary>Looks at the disk from time to time: the fuller it is, the earlier old sandboxes are deleted.</summary>
/// <remarks>Upstream: <c>Slave::checkDiskUsage</c> and <c>age</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class DiskWatch(SlaveContext context, GarbageCollectorProcess collector)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveOptions options = context.Options;
    private readonly AgentCheckpoints checkpoints = context.Checkpoints;

    /// <summary>How old a sandbox may become, after the last look.</summary>
    public TimeSpan MaxAllowedAge { get; private set; } = MaxAge(context.Options.GcDelay, context.Options.GcDiskHeadroom, usedShare: 0);

    /// <summary>How old a sandbox may become.</summary>
    /// <param name="delay">How long it is kept on an empty disk.</param>
    /// <param name="headroom">The share of the disk that is to stay free, from 0 to 1.</param>
    /// <param name="usedShare">The share of the disk that is used, from 0 to 1.</param>
    public static TimeSpan MaxAge(TimeSpan delay, double headroom, double usedShare) => delay * Math.Max(0, 1 - headroom - usedShare);

    /// <summary>Looks every <see cref="SlaveOptions.DiskWatchInterval"/> from now on.</summary>
    public void Start() => context.Actor.Delay(options.DiskWatchInterval, () => context.Actor.Run(LookAsync));

    private async Task LookAsync()
    {
        Start();
        if (await collector.UsedShareAsync(checkpoints.WorkDirectory) is not { } used)
        {
            LogUnknown(checkpoints.WorkDirectory);
            return;
        }

        MaxAllowedAge = MaxAge(options.GcDelay, options.GcDiskHeadroom, used);
        LogLooked(100 * used, MaxAllowedAge);
        collector.Prune(options.GcDelay - MaxAllowedAge);
    }

    [LoggerMessage(3621, LogLevel.Information, "{Used:F2}% of the disk are used; sandboxes are kept for {MaxAge}")]
    private partial void LogLooked(double used, TimeSpan maxAge);

    [LoggerMessage(3622, LogLevel.Error, "Cannot tell how full the disk of '{Path}' is")]
    private partial void LogUnknown(string path);
}

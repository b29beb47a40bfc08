using System.Diagnostics.CodeAnalysis;
using System.Net;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Common.Messages;
using Mesos.Common.Versions;
using Mesos.Proto;
using Mesos.Proto.Scheduler;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>What a started driver consists of: a node, its own or the framework's, with the scheduler process on it.</summary>
internal sealed partial class SchedulerNode : IAsyncDisposable
{
    private readonly ProcessManager manager;
    private readonly bool ownsManager;

    private SchedulerNode(ProcessManager manager, bool ownsManager, SchedulerProcess process)
    {
        (this.manager, this.ownsManager, Process) = (manager, ownsManager, process);
    }

    public SchedulerProcess Process { get; }

    public static ILogger CreateLogger(SchedulerDriverOptions options) =>
        (options.Manager?.LoggerFactory ?? options.LoggerFactory).CreateLogger<MesosSchedulerDriver>();

    /// <summary>Starts everything.</summary>
    /// <returns>Null with an error where something in the settings or the environment does not allow it.</returns>
    public static SchedulerNode? TryCreate(
        MesosSchedulerDriver driver,
        IScheduler scheduler,
        FrameworkInfo framework,
        string master,
        SchedulerDriverOptions options,
        Action ended,
        out string? error)
    {
        IReadOnlyDictionary<string, string> environment = options.Environment ?? ProcessEnvironment.Current();
        MasterLocation? location = null;
        if (!SchedulerFlags.Table.TryLoad([], environment, out FlagValues? flags, out error)
            || !IsBuilt(master, options, out error)
            || (options.Detector is null && !TryLocate(master, out location, out error)))
        {
            return null;
        }

        ILogger logger = CreateLogger(options);
        foreach (string warning in flags.Warnings)
        {
            LogFlagWarning(logger, warning);
        }

        try
        {
            ProcessManager? own = null;
            ProcessManager manager = options.Manager ?? (own = ProcessManager.Start(OwnNode(environment, options)));
            if (own is not null && IPAddress.IsLoopback(own.Address.ToIPAddress()) && !IsOnThisMachine(location))
            {
                LogLoopback(logger, own.Address);
            }

            VersionProcess.EnsureOn(manager);
            var process = new SchedulerProcess(
                manager,
                driver,
                new SchedulerState(framework.Clone(), options.SuppressedRoles, options.OfferConstraints?.Clone() ?? new OfferConstraints()),
                new SchedulerCallbacks(scheduler, driver, logger),
                new MasterSource(manager, options.Detector, location),
                SchedulerSettings.From(flags, options),
                ended);
            manager.Spawn(process);
            return new SchedulerNode(manager, own is not null, process);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or ProcessEnvironmentException)
        {
            error = $"Failed to start the driver: {exception.Message}";
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Process.Terminate(inject: false);
        await manager.WaitAsync(Process);
        if (ownsManager)
        {
            await manager.DisposeAsync();
        }
    }

    private static bool IsBuilt(string master, SchedulerDriverOptions options, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (options.Detector is null && master is "local" or "localquiet")
        {
            error = "Failed to create a master detector for 'local': a cluster inside the program is not built into the driver; "
                + "run 'mesos local' and give its address";
        }

        return error is null;
    }

    private static bool TryLocate(string master, [NotNullWhen(true)] out MasterLocation? location, [NotNullWhen(false)] out string? error)
    {
        bool known = MasterLocation.TryParse(master, out location, out error);
        error = known ? null : $"Failed to create a master detector for '{MasterLocation.Redact(master)}': {error}";
        return known;
    }

    private static bool IsOnThisMachine(MasterLocation? location) =>
        location is MasterLocation.Process { Host: var host } && IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip);

    private static ProcessManagerOptions OwnNode(IReadOnlyDictionary<string, string> environment, SchedulerDriverOptions options) =>
        ProcessEnvironment.Read(environment, WireMessageSchema.ApplyTo(new ProcessManagerOptions { LoggerFactory = options.LoggerFactory }));

    [LoggerMessage(4002, LogLevel.Warning, "{Warning}")]
    private static partial void LogFlagWarning(ILogger logger, string warning);

    [LoggerMessage(
        4003,
        LogLevel.Warning,
        "The driver listens on {Address}, where masters on other machines cannot reach it; LIBPROCESS_IP names a better address")]
    private static partial void LogLoopback(ILogger logger, NetworkAddress address);
}

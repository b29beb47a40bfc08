using System.Collections;
using LibProcess.Processes;
using Mesos.Common.Flags;
using Mesos.Common.Messages;
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
        IReadOnlyDictionary<string, string> environment = options.Environment ?? ProgramEnvironment();
        if (!SchedulerFlags.Table.TryLoad([], environment, out FlagValues? flags, out error))
        {
            return null;
        }

        error = Unbuilt(master, options);
        if (error is not null)
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
            IMasterDetector detector = Detector(master);
            ProcessManager? own = null;
            ProcessManager manager = options.Manager ?? (own = ProcessManager.Start(OwnNode(environment, options)));
            var process = new SchedulerProcess(
                manager,
                driver,
                new SchedulerState(framework.Clone(), options.SuppressedRoles, options.OfferConstraints?.Clone() ?? new OfferConstraints()),
                new SchedulerCallbacks(scheduler, driver, logger),
                detector,
                SchedulerSettings.From(flags, options),
                ended);
            manager.Spawn(process);
            return new SchedulerNode(manager, own is not null, process);
        }
        catch (Exception exception) when (exception
            is IOException or InvalidOperationException or FormatException or ArgumentException or ProcessEnvironmentException)
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

    private static string? Unbuilt(string master, SchedulerDriverOptions options)
    {
        if (master is "local" or "localquiet")
        {
            return "Failed to create a master detector for 'local': a cluster inside the program is not built into the driver; "
                + "run 'mesos local' and give its address";
        }

        return options.Credential is null
            ? null
            : $"Failed to authenticate '{options.Credential.Principal}': authentication of frameworks is not built";
    }

    private static ProcessManagerOptions OwnNode(IReadOnlyDictionary<string, string> environment, SchedulerDriverOptions options) =>
        ProcessEnvironment.Read(environment, WireMessageSchema.ApplyTo(new ProcessManagerOptions { LoggerFactory = options.LoggerFactory }));

    private static FixedMasterDetector Detector(string master)
    {
        string pid = master.Contains('@', StringComparison.Ordinal) ? master : "master@" + master;
        LibProcess.Addressing.UPid parsed = LibProcess.Addressing.UPid.Parse(pid);
        return new FixedMasterDetector(new MasterInfo { Id = pid, Ip = 0, Port = parsed.Address.Port, Pid = parsed.ToString() });
    }

    private static Dictionary<string, string> ProgramEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    [LoggerMessage(4002, LogLevel.Warning, "{Warning}")]
    private static partial void LogFlagWarning(ILogger logger, string warning);
}

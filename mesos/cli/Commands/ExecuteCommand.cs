using System.Net;
using Mesos.Cli.Execute;
using Mesos.Cli.Logging;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos execute</c>.</summary>
internal sealed class ExecuteCommand : ICommand
{
    private readonly LoggingFlags logging;

    public ExecuteCommand()
    {
        Flags = new FlagTable(ExecuteFlags.Table.Program, environmentPrefix: null, ExecuteFlags.Table.Usage).Include(ExecuteFlags.Table);
        logging = new LoggingFlags(Flags, LoggingFlags.Warnings);
    }

    public FlagTable Flags { get; }

    public bool TakesArguments => true;

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        if (!ExecutePlan.TryMake(flags, out var plan, out var error))
        {
            return context.Fail(error);
        }

        CommandScheduler scheduler = new(plan, context.Output, flags.Get(ExecuteFlags.KillAfter), TimeProvider.System);
        await using MesosSchedulerDriver driver = new(scheduler, plan.Framework, flags.Get(ExecuteFlags.Master), new SchedulerDriverOptions
        {
            Credential = Credential(flags),
            Environment = Reachable(flags.Get(ExecuteFlags.Master), context.Environment),
            LoggerFactory = logging.CreateLoggerFactory(flags),
        });
        driver.Start();
        try
        {
            var status = await scheduler.Ended.WaitAsync(context.Stop);
            return CommandScheduler.ExitCode(status);
        }
        catch (SchedulerException exception)
        {
            return context.Fail(exception.Message);
        }
        catch (OperationCanceledException)
        {
            return context.Fail("Stopped before the task ended: it is killed with its framework");
        }
        finally
        {
            driver.Stop();
        }
    }

    /// <summary>A master on this machine needs no scheduler that listens to the whole network, unless the user says so.</summary>
    private static IReadOnlyDictionary<string, string> Reachable(string master, IReadOnlyDictionary<string, string> environment)
    {
        const string Variable = "LIBPROCESS_IP";
        return !environment.ContainsKey(Variable)
            && MasterLocation.TryParse(master, out var location, out _)
            && location is MasterLocation.Process { Host: var host }
            && IPAddress.TryParse(host, out var ip)
            && IPAddress.IsLoopback(ip)
                ? new Dictionary<string, string>(environment) { [Variable] = ip.ToString() }
                : environment;
    }

    private static Credential? Credential(FlagValues flags) =>
        flags.Get(ExecuteFlags.Principal) is { } principal && flags.Get(ExecuteFlags.Secret) is { } secret
            ? new Credential { Principal = principal, Secret = secret }
            : null;
}

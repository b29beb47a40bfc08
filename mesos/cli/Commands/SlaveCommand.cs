using LibProcess.Processes;
using Mesos.Cli.Logging;
using Mesos.Common.Flags;
using Mesos.Slave;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos slave</c>, also <c>mesos agent</c>.</summary>
internal sealed class SlaveCommand : ICommand
{
    private readonly LoggingFlags logging;

    public SlaveCommand()
    {
        Flags = new FlagTable(SlaveFlags.Table.Program, SlaveFlags.Table.EnvironmentPrefix).Include(SlaveFlags.Table);
        logging = new LoggingFlags(Flags);
        Flags.Bool("version", false, "print the version and quit");
    }

    public FlagTable Flags { get; }

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        var stop = context.Stop;
        try
        {
            var surroundings = logging.NodeOptions(flags, context.Environment);
            if (await SlaveFlags.DiscoverIpAsync(flags, stop) is { } ip)
            {
                surroundings = surroundings with { Ip = ip };
            }

            var options = SlaveFlags.ApplyTo(flags, surroundings);
            var agent = SlaveFlags.ToOptions(flags, options, options.LoggerFactory.CreateLogger("Mesos.Slave.SlaveFlags"));
            await using var node = ProcessManager.Start(options);
            var slave = await SlaveDaemon.StartAsync(node, agent, SlaveFlags.MasterOf(flags));
            context.Output.WriteLine($"Agent {slave.Pid} listens on http://{node.Address}");

            // As with the original: the agent takes leave of its master for good, and its executors end with it.
            using var unregister = StopSignals.OnUser1(() => _ = slave.StopAsync(unregister: true));
            try
            {
                await slave.Completion.WaitAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // As with the original, what asked for checkpoints outlives the program.
                await slave.LeaveAsync();
            }

            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Success;
        }
        catch (Exception exception) when (DaemonFailures.IsForOperators(exception))
        {
            return context.Fail(exception.Message);
        }
    }
}

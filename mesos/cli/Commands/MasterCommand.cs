using LibProcess.Processes;
using Mesos.Cli.Logging;
using Mesos.Common.Flags;
using Mesos.Master;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos master</c>.</summary>
internal sealed class MasterCommand : ICommand
{
    private readonly LoggingFlags logging;

    public MasterCommand()
    {
        Flags = new FlagTable(MasterFlags.Table.Program, MasterFlags.Table.EnvironmentPrefix).Include(MasterFlags.Table);
        logging = new LoggingFlags(Flags);
        Flags.Bool("version", false, "print the version and quit");
    }

    public FlagTable Flags { get; }

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        var stop = context.Stop;
        try
        {
            await using var node = ProcessManager.Start(MasterFlags.ToNodeOptions(flags, logging.NodeOptions(flags, context.Environment)));
            await using var master = MasterDaemon.Start(node, MasterFlags.ToOptions(flags));
            context.Output.WriteLine($"Master {master.Pid} listens on http://{node.Address}");
            await master.Completion.WaitAsync(stop);
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

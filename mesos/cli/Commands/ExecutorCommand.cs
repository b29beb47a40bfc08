using LibProcess.Processes;
using Mesos.Cli.Logging;
using Mesos.Common.Flags;
using Mesos.Launcher.Executor;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos executor</c>: the command executor.</summary>
internal sealed class ExecutorCommand : ICommand
{
    private readonly LoggingFlags logging;

    public ExecutorCommand()
    {
        Flags = new FlagTable(CommandExecutor.Flags.Program, CommandExecutor.Flags.EnvironmentPrefix, CommandExecutor.Flags.Usage)
            .Include(CommandExecutor.Flags);
        logging = new LoggingFlags(Flags);
    }

    public FlagTable Flags { get; }

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        if (OperatingSystem.IsWindows())
        {
            return context.Fail("The command executor needs a POSIX system");
        }

        var stop = context.Stop;
        try
        {
            await using var node = ProcessManager.Start(logging.NodeOptions(flags, context.Environment));
            return await CommandExecutor.RunAsync(flags, context.Environment, node, stop) is { } failure
                ? context.Fail(failure)
                : ExitCodes.Success;
        }
        catch (Exception exception) when (exception is IOException or ProcessEnvironmentException)
        {
            return context.Fail(exception.Message);
        }
    }
}

using Mesos.Cli.Commands;
using Mesos.Common.Flags;

namespace Mesos.Cli;

/// <summary>The commands of the program, and the way into them.</summary>
internal static class CommandLine
{
    private static readonly string[] VersionNames = ["version", "--version"];
    private static readonly string[] HelpNames = ["help", "--help", "-h"];

    /// <summary>Every command, in the order of the list users see.</summary>
    public static IReadOnlyList<CommandEntry> Commands { get; } =
    [
        new(["master"], "the master of a cluster", static () => new MasterCommand()),
        new(["slave", "agent"], "an agent, which runs tasks on its machine", static () => new SlaveCommand()),
        new(["local"], "a whole cluster in one program; with --execute, for one command", static () => new LocalCommand()),
        new(["execute"], "run a command on a cluster", static () => new ExecuteCommand()),
        new(["executor"], "run the command of one task; started by agents", static () => new ExecutorCommand()),
        new(["containerizer"], "become a program inside a container; started by agents", static () => new ContainerizerCommand()),
    ];

    /// <summary>The command of that name, or null.</summary>
    public static CommandEntry? Find(string name) => Commands.FirstOrDefault(command => command.Names.Contains(name));

    /// <summary>Runs the program.</summary>
    /// <returns>Its exit code.</returns>
    public static Task<int> RunAsync(Invocation invocation, CommandContext context) => invocation switch
    {
        { Command: null } => Task.FromResult(context.Fail(HelpText())),
        { Command: { } name } when VersionNames.Contains(name) => Task.FromResult(PrintVersion(context)),
        { Command: { } name } when HelpNames.Contains(name) => HelpAsync(invocation.Arguments, context),
        { Command: { } name } => Find(name) is { } command
            ? RunAsync(command.Create(), invocation.Arguments, context)
            : Task.FromResult(context.Fail($"There is no command '{name}': run 'mesos help' for the list")),
    };

    private static async Task<int> RunAsync(ICommand command, IReadOnlyList<string> arguments, CommandContext context)
    {
        if (!command.Flags.TryLoad(arguments, context.Environment, out var flags, out var error))
        {
            return context.Fail(error);
        }

        if (flags.HelpRequested)
        {
            context.Output.Write(command.Flags.HelpText());
            return ExitCodes.Success;
        }

        if (command.Flags.Flags.FirstOrDefault(flag => flag.Name == "version") is Flag<bool> version && flags.Get(version))
        {
            return PrintVersion(context);
        }

        if (flags.Arguments.Count > 0 && !command.TakesArguments)
        {
            return context.Fail($"Unexpected argument '{flags.Arguments[0]}': run '{command.Flags.Program} --help' for what is accepted");
        }

        foreach (var warning in flags.Warnings)
        {
            context.Error.WriteLine(warning);
        }

        return await command.RunAsync(flags, context);
    }

    private static int PrintVersion(CommandContext context)
    {
        context.Output.WriteLine(VersionText.Line);
        return ExitCodes.Success;
    }

    private static Task<int> HelpAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments.Count == 0)
        {
            context.Output.WriteLine(HelpText());
            return Task.FromResult(ExitCodes.Success);
        }

        return RunAsync(new Invocation(arguments[0], [.. arguments.Skip(1), "--help"]), context);
    }

    private static string HelpText()
    {
        var width = Commands.Max(command => Names(command).Length) + 2;
        var lines = Commands.Select(command => "  " + Names(command).PadRight(width) + command.Summary);
        return $"""
            Usage: mesos COMMAND [options]

            {string.Join('\n', lines)}
              {"help".PadRight(width)}show this list, or the options of a command
              {"version".PadRight(width)}show the version

            Run 'mesos COMMAND --help' for the options of a command. A link named mesos-COMMAND works as that command.
            """;
    }

    private static string Names(CommandEntry command) => string.Join(", ", command.Names);
}

using Mesos.Common.Flags;
using Mesos.Launcher.Containerizer;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos containerizer launch</c>.</summary>
internal sealed class ContainerizerCommand : ICommand
{
    private const string Launch = "launch";

    public FlagTable Flags => LaunchCommand.Flags;

    public bool TakesArguments => true;

    public async Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        if (flags.Arguments.Count == 0 || flags.Arguments[0] != Launch)
        {
            return context.Fail($"Write 'mesos containerizer {Launch}': this program has no other way to help a containerizer");
        }

        string[] command = [.. flags.Arguments.Skip(1)];
        if (LaunchCommand.Prepare(flags, command, context.Error) is { } refused)
        {
            return refused;
        }

        CommandContext inside = context.Reopened();
        return LaunchCommand.IsThisProgram(flags, command)
            ? await CommandLine.RunAsync(Invocation.Of(command[0], command[1..]), inside)
            : LaunchCommand.Execute(flags, command, inside.Error);
    }
}

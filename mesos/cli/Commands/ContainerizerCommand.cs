using Mesos.Common.Flags;
using Mesos.Launcher.Containerizer;

namespace Mesos.Cli.Commands;

/// <summary><c>mesos containerizer launch</c>.</summary>
internal sealed class ContainerizerCommand : ICommand
{
    private const string Launch = "launch";

    public FlagTable Flags => LaunchCommand.Flags;

    public bool TakesArguments => true;

    public Task<int> RunAsync(FlagValues flags, CommandContext context)
    {
        var code = flags.Arguments.Count > 0 && flags.Arguments[0] == Launch
            ? LaunchCommand.Run(flags, [.. flags.Arguments.Skip(1)], context.Error)
            : context.Fail($"Write 'mesos containerizer {Launch}': this program has no other way to help a containerizer");
        return Task.FromResult(code);
    }
}

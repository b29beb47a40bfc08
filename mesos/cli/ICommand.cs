using Mesos.Common.Flags;

namespace Mesos.Cli;

/// <summary>One command of the program.</summary>
internal interface ICommand
{
    /// <summary>What it understands; the help text comes from here.</summary>
    FlagTable Flags { get; }

    /// <summary>Whether arguments that are not flags are accepted.</summary>
    bool TakesArguments => false;

    /// <summary>Does it.</summary>
    /// <returns>The exit code of the program.</returns>
    Task<int> RunAsync(FlagValues flags, CommandContext context);
}

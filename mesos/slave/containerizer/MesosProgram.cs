using Mesos.Slave.Run;

namespace Mesos.Slave.Containerizer;

/// <summary>The one program that holds everything, and the directory where its other names are.</summary>
/// <param name="Executable">The path of <c>mesos</c>.</param>
/// <param name="LauncherDirectory">Where <c>mesos-executor</c> is looked for.</param>
internal sealed record MesosProgram(string Executable, string LauncherDirectory)
{
    private const string Name = "mesos";

    public static MesosProgram From(SlaveOptions options, string? runningProgram, string baseDirectory)
    {
        string executable = options.MesosExecutable ??
            (runningProgram is not null && Path.GetFileName(runningProgram).StartsWith(Name, StringComparison.Ordinal)
                ? runningProgram
                : Path.Combine(baseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name));
        return new MesosProgram(executable, options.LauncherDirectory ?? Path.GetDirectoryName(Path.GetFullPath(executable))!);
    }

    /// <summary>The program and arguments that run commands: the installed one, else this program under another name.</summary>
    public IReadOnlyList<string> CommandExecutor(CommandInfo made) =>
        File.Exists(Path.Combine(LauncherDirectory, CommandExecutors.Program))
            ? [made.Value, .. made.Arguments.Skip(1)]
            : [Executable, "executor", .. made.Arguments.Skip(1)];
}

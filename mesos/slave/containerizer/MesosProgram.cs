using System.Text.Json;
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
        // Programs are started from within sandboxes, so neither path may depend on where the agent was started.
        string executable = Path.GetFullPath(options.MesosExecutable ??
            (runningProgram is not null && Path.GetFileName(runningProgram).StartsWith(Name, StringComparison.Ordinal)
                ? runningProgram
                : Path.Combine(baseDirectory, OperatingSystem.IsWindows() ? Name + ".exe" : Name)));
        return new MesosProgram(executable, Path.GetFullPath(options.LauncherDirectory ?? Path.GetDirectoryName(executable)!));
    }

    /// <summary>The program and arguments that run commands: the installed one, else this program under another name.</summary>
    public IReadOnlyList<string> CommandExecutor(CommandInfo made)
    {
        string installed = Path.Combine(LauncherDirectory, CommandExecutors.Program);
        if (!File.Exists(installed))
        {
            return [Executable, "executor", .. made.Arguments.Skip(1)];
        }

        string[] command = [made.Value, .. made.Arguments.Skip(1)];
        return Secrets(made) is { } secrets && !IsThisProgram(installed) ? [.. command, "--task_environment=" + secrets] : command;
    }

    private bool IsThisProgram(string installed) => Final(installed) == Final(Executable);

    private static string Final(string path) =>
        Path.GetFullPath((File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);

    /// <summary>The original's executor expects secrets on its command line; this one finds them in the task, where nobody else sees them.</summary>
    private static string? Secrets(CommandInfo made)
    {
        Proto.Environment.Types.Variable[] secrets =
        [
            .. (made.Environment?.Variables ?? []).Where(static variable => variable.Type == Proto.Environment.Types.Variable.Types.Type.Secret),
        ];
        if (secrets.Length == 0)
        {
            return null;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("variables");
            foreach (Proto.Environment.Types.Variable secret in secrets)
            {
                writer.WriteStartObject();
                writer.WriteString("name", secret.Name);
                writer.WriteString("value", ExecutorVariables.ValueOf(secret));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}

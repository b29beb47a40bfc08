namespace Mesos.Launcher.Posix;

/// <summary>A program that the system does not know how to start: a script whose first line does not name its interpreter.</summary>
/// <remarks>The shell runs it, as <c>execvp</c> of the C library has it, and as all shells do.</remarks>
internal static class ShellScript
{
    public const string Shell = "/bin/sh";

    /// <summary>The arguments of the shell.</summary>
    /// <param name="path">Where the script is.</param>
    /// <param name="arguments">Its own, the first being its name.</param>
    public static IReadOnlyList<string> Arguments(string path, IEnumerable<string> arguments) => [Shell, path, .. arguments.Skip(1)];
}

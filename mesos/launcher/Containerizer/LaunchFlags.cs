using Mesos.Common.Flags;

namespace Mesos.Launcher.Containerizer;

/// <summary>The flags of <c>mesos containerizer launch</c>.</summary>
internal static class LaunchFlags
{
    public static readonly FlagTable Table = new(
        "mesos containerizer launch",
        environmentPrefix: null,
        "Usage: mesos containerizer launch [options] -- PROGRAM [ARGUMENTS]\n\n" +
        "Becomes PROGRAM, in a session of its own and under the same process id.")
    {
        // Frameworks choose some of the values, and this program may read more than they may.
        ReadsFiles = false,
    };

    public static readonly Flag<bool> WaitForLine =
        Table.Bool("wait_for_line", false, "wait for a line on standard input first; where the input ends before, nothing is started");

    public static readonly Flag<string?> Directory = Table.OptionalPath("directory", "directory the program starts in");
    public static readonly Flag<string?> Stdout = Table.OptionalPath("stdout", "file that standard output is appended to; inherited when absent");
    public static readonly Flag<string?> Stderr = Table.OptionalPath("stderr", "file that standard error is appended to; inherited when absent");
    public static readonly Flag<string?> EnvironmentPrefix =
        Table.OptionalText("environment_prefix", "only variables whose names begin so are given to PROGRAM, without that beginning; all when absent");

    public static readonly Flag<string?> Program = Table.OptionalText("program", "file of PROGRAM, which is then the name it goes by; PROGRAM itself when absent");
    public static readonly Flag<string?> User = Table.OptionalText("user", "user the program runs as; the caller's when absent");
}

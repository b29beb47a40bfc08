using Mesos.Common.Flags;

namespace Mesos.Examples;

/// <summary>The flags of <c>mesos-examples scheduler</c>; also read from variables that start with <c>MESOS_EXAMPLE_</c>.</summary>
/// <remarks>Upstream: src/examples/flags.hpp; <c>executor_command</c> is ours.</remarks>
internal static class TestFrameworkFlags
{
    public static readonly FlagTable Table = new("mesos-examples scheduler", "MESOS_EXAMPLE_");

    public static readonly Flag<string> Master = Table.RequiredText(
        "master", "the master: host:port, master@host:port, zk://host:port,.../path, or file:///path of a file that says so");

    public static readonly Flag<bool> Authenticate = Table.Bool("authenticate", false, "whether the framework authenticates");

    public static readonly Flag<string> Principal = Table.Text("principal", "test", "who the framework is");

    public static readonly Flag<string?> Secret = Table.OptionalText("secret", "proves who the framework is; file:///path reads it from a file");

    public static readonly Flag<bool> Checkpoint = Table.Bool("checkpoint", false, "whether agents remember the framework over their restart");

    public static readonly Flag<string> Role = Table.Text("role", "*", "the role that gets the offers");

    public static readonly Flag<string?> ExecutorCommand = Table.OptionalText(
        "executor_command", "the shell command that starts the executor on agents; by default this program, which must be there under the same path");
}

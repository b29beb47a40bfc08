using System.Net;
using Mesos.Common.Flags;

namespace Mesos.Cli.Local;

/// <summary>The flags of <c>mesos local</c>.</summary>
/// <remarks>Upstream: src/local/flags.hpp and main.cpp. Unlike there, nothing outlasts the cluster and no fixed port is taken unless asked for.</remarks>
internal static class LocalFlags
{
    public static readonly FlagTable Table = new(
        "mesos local",
        usage: "Usage: mesos local [options]\n\n" +
        "Starts a master and agents in one program. Flags of the master and of the agents are read from MESOS_* variables.");

    public static readonly Flag<string?> WorkDirectory =
        Table.OptionalPath("work_dir", "root directory of master and agents; when absent a temporary one, which is removed at the end");

    public static readonly Flag<int> Agents = Table.Integer("num_slaves", 1, "number of agents").Alias("num_agents")
        .Check(static number => number is >= 1 and <= 10_000 ? null : "expected a number from 1 to 10000");

    public static readonly Flag<ushort> Port = Table.Port("port", 0, "port of the master; 0 picks a free one");

    public static readonly Flag<IPAddress?> Ip = Table.OptionalAddress("ip", "address to listen on; 127.0.0.1 when absent");

    public static readonly Flag<string?> Execute =
        Table.OptionalText("execute", "shell command to run on the cluster; the program then tells its states, prints its output, and exits as it does");
}

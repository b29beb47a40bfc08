using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>How executors and operators talk to the agent over its v1 API.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class ExecutorApiFlags
{
    private const string NoApi = "agents have no v1 API";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.Bool("http_command_executor", false, "command executor uses the HTTP API (experimental)").NotBuilt(NoApi);
        table.Bool("http_executor_domain_sockets", false, "give executors a unix socket instead of TCP").NotBuilt(NoApi);
        table.OptionalText("domain_socket_location", "executor socket path or systemd:<name>")
            .NoEffect("it needs --http_executor_domain_sockets, which is not built");
        table.Duration("http_heartbeat_interval", "30secs", "heartbeat of streaming container calls")
            .NoEffect("it needs the v1 API, which is not built");
    }
}

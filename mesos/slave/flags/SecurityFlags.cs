using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Who may do what at an agent, and what containers may do. Nothing of this is taken for granted where it is not enforced.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class SecurityFlags
{
    private const string NoAuthorizer = "agents have no authorizer";
    private const string NoCapabilities = "containers keep the capabilities of their user";
    private const string NoNamespaces = "containers share the namespaces of the agent";
    private const string NoSeccomp = "containers are not filtered by seccomp";
    private const string NoTokens = "executors get no tokens";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.OptionalJsonObject("acls", "access rules for the local authorizer").NotBuilt(NoAuthorizer);
        table.OptionalText("http_authenticators", "HTTP authenticator(s); basic and jwt are built in")
            .NotBuilt("only the built-in basic authenticator exists", "basic");
        table.Bool("authenticate_http_executors", false, "require tokens from HTTP executors").NotBuilt(NoTokens);
        table.OptionalPath("jwt_secret_key", "key file for executor authentication tokens").DeprecatedAlias("executor_secret_key").NotBuilt(NoTokens);
        table.OptionalJsonObject("effective_capabilities", "Linux capabilities granted by default").DeprecatedAlias("allowed_capabilities")
            .NotBuilt(NoCapabilities);
        table.OptionalJsonObject("bounding_capabilities", "most capabilities a task may get").NotBuilt(NoCapabilities);
        table.OptionalText("seccomp_config_dir", "directory of seccomp profiles").NotBuilt(NoSeccomp);
        table.OptionalText("seccomp_profile_name", "default seccomp profile").NotBuilt(NoSeccomp);
        table.Bool("disallow_sharing_agent_ipc_namespace", false, "refuse sharing the host IPC namespace").NotBuilt(NoNamespaces);
        table.Bool("disallow_sharing_agent_pid_namespace", false, "refuse sharing the host PID namespace").NotBuilt(NoNamespaces);
    }
}

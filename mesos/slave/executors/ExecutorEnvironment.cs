using System.Net;
using LibProcess.Addressing;
using Mesos.Common.Values;

namespace Mesos.Slave.Executors;

/// <summary>The variables an executor finds its agent by.</summary>
/// <remarks>Upstream: <c>executorEnvironment</c> in src/slave/slave.cpp; section "executors" of docs/executor-http-api.md.</remarks>
internal static class ExecutorEnvironment
{
    public static IReadOnlyDictionary<string, string> Build(
        SlaveOptions options, ExecutorInfo executor, string frameworkId, string directory, string slaveId, UPid slave, bool checkpoint)
    {
        // The address spares the executor a look-up of its host name; one that this machine does not have would keep it from
        // listening. What the operator sets may replace it.
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        IPAddress ip = options.ExecutorIp ?? slave.Address.ToIPAddress();
        if (!ip.Equals(IPAddress.Any))
        {
            variables["LIBPROCESS_IP"] = ip.ToString();
        }

        foreach ((string name, string value) in options.ExecutorEnvironmentVariables)
        {
            variables[name] = value;
        }

        variables["LIBPROCESS_PORT"] = "0";
        variables["MESOS_FRAMEWORK_ID"] = frameworkId;
        variables["MESOS_EXECUTOR_ID"] = executor.ExecutorId.Value;
        variables["MESOS_DIRECTORY"] = directory;
        variables["MESOS_SLAVE_ID"] = slaveId;
        variables["MESOS_SLAVE_PID"] = slave.ToString();
        variables["MESOS_AGENT_ENDPOINT"] = slave.Address.ToString();

        variables["MESOS_CHECKPOINT"] = checkpoint ? "1" : "0";
        variables["MESOS_HTTP_COMMAND_EXECUTOR"] = "0";
        variables["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] =
            Duration.FromTimeSpan(ExecutorShutdown.GracePeriod(executor, options.ExecutorShutdownGracePeriod)).ToString();
        if (checkpoint)
        {
            variables["MESOS_RECOVERY_TIMEOUT"] = Duration.FromTimeSpan(options.RecoveryTimeout).ToString();
            variables["MESOS_SUBSCRIPTION_BACKOFF_MAX"] = Duration.FromTimeSpan(options.ExecutorReregistrationTimeout).ToString();
        }

        return variables;
    }
}

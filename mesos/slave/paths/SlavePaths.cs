namespace Mesos.Slave.Paths;

/// <summary>Where things lie in the agent's work directory.</summary>
/// <remarks>Upstream: src/slave/paths.cpp. Ids are names of directories as they are.</remarks>
internal static class SlavePaths
{
    /// <summary>The name of the link to the newest run of an executor.</summary>
    public const string Latest = "latest";

    public static string Framework(string workDirectory, string slaveId, string frameworkId) =>
        Path.Combine(workDirectory, "slaves", slaveId, "frameworks", frameworkId);

    public static string Executor(string workDirectory, string slaveId, string frameworkId, string executorId) =>
        Path.Combine(Framework(workDirectory, slaveId, frameworkId), "executors", executorId);

    public static string Runs(string workDirectory, string slaveId, string frameworkId, string executorId) =>
        Path.Combine(Executor(workDirectory, slaveId, frameworkId, executorId), "runs");
}

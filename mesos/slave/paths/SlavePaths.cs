namespace Mesos.Slave.Paths;

/// <summary>Where things lie in the agent's work directory, the original's way.</summary>
/// <remarks>Upstream: src/slave/paths.cpp. Ids are names of directories as they are.</remarks>
internal static class SlavePaths
{
    /// <summary>The name of links to the newest agent, or run of an executor.</summary>
    public const string Latest = "latest";

    /// <summary>The file that marks a run as over and done with.</summary>
    public const string Sentinel = "executor.sentinel";

    /// <summary>The file that marks a run whose executor speaks HTTP.</summary>
    public const string HttpMarker = "http.marker";

    /// <summary>Checkpoints.</summary>
    public static string Meta(string workDirectory) => Path.Combine(workDirectory, "meta");

    public static string BootId(string meta) => Path.Combine(meta, "boot_id");

    /// <summary>All agents that ever worked here. The root is the work directory, for sandboxes, or that of checkpoints.</summary>
    public static string Slaves(string root) => Path.Combine(root, "slaves");

    public static string LatestSlave(string meta) => Path.Combine(Slaves(meta), Latest);

    public static string Slave(string root, string slaveId) => Path.Combine(Slaves(root), slaveId);

    public static string SlaveInfo(string meta, string slaveId) => Path.Combine(Slave(meta, slaveId), "slave.info");

    public static string DrainConfig(string meta, string slaveId) => Path.Combine(Slave(meta, slaveId), "drain.config");

    public static string Frameworks(string root, string slaveId) => Path.Combine(Slave(root, slaveId), "frameworks");

    public static string Framework(string root, string slaveId, string frameworkId) =>
        Path.Combine(Frameworks(root, slaveId), frameworkId);

    public static string FrameworkInfo(string meta, string slaveId, string frameworkId) =>
        Path.Combine(Framework(meta, slaveId, frameworkId), "framework.info");

    public static string FrameworkPid(string meta, string slaveId, string frameworkId) =>
        Path.Combine(Framework(meta, slaveId, frameworkId), "framework.pid");

    public static string Executors(string root, string slaveId, string frameworkId) =>
        Path.Combine(Framework(root, slaveId, frameworkId), "executors");

    public static string Executor(string root, string slaveId, string frameworkId, string executorId) =>
        Path.Combine(Executors(root, slaveId, frameworkId), executorId);

    public static string ExecutorInfo(string executor) => Path.Combine(executor, "executor.info");

    /// <summary>Whether the agent made the executor up for a task with a command.</summary>
    public static string GeneratedForCommandTask(string executor) => Path.Combine(executor, "executor_generated_for_command_task");

    public static string Runs(string root, string slaveId, string frameworkId, string executorId) =>
        RunsOf(Executor(root, slaveId, frameworkId, executorId));

    public static string RunsOf(string executor) => Path.Combine(executor, "runs");

    public static string ForkedPid(string run) => Path.Combine(run, "pids", "forked.pid");

    /// <summary>When the process of <see cref="ForkedPid"/> was started: the original neither writes nor reads it.</summary>
    public static string ForkedStart(string run) => Path.Combine(run, "pids", "forked.start");

    public static string LibprocessPid(string run) => Path.Combine(run, "pids", "libprocess.pid");

    public static string Tasks(string run) => Path.Combine(run, "tasks");

    public static string Task(string run, string taskId) => Path.Combine(Tasks(run), taskId);

    public static string TaskInfo(string run, string taskId) => Path.Combine(Task(run, taskId), "task.info");

    public static string TaskUpdates(string run, string taskId) => Path.Combine(Task(run, taskId), "task.updates");

    /// <summary>Reservations and volumes, and the operations that make them.</summary>
    public static string ResourceState(string meta) => Path.Combine(meta, "resources", "resources_and_operations.state");

    public static string ResourceStateTarget(string meta) => Path.Combine(meta, "resources", "resources_and_operations.target");

    /// <summary>Reservations and volumes, for older agents.</summary>
    public static string ResourcesInfo(string meta) => Path.Combine(meta, "resources", "resources.info");

    public static string ResourcesTarget(string meta) => Path.Combine(meta, "resources", "resources.target");

    public static string Operations(string meta, string slaveId) => Path.Combine(Slave(meta, slaveId), "operations");

    public static string OperationUpdates(string meta, string slaveId, string operation) =>
        Path.Combine(Operations(meta, slaveId), operation, "operation.updates");

    /// <summary>The directory of a persistent volume.</summary>
    public static string Volume(string workDirectory, string role, string persistenceId) =>
        Path.Combine(workDirectory, "volumes", "roles", role.Replace('/', ' '), persistenceId);
}

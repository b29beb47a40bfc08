using System.Runtime.Versioning;
using System.Text.Json;
using LibProcess.Processes;
using Mesos.Common.Flags;
using Mesos.Common.Values;
using Mesos.Exec;
using Mesos.Proto;

namespace Mesos.Launcher.Executor;

/// <summary><c>mesos executor</c>: runs the command of one task under an agent.</summary>
/// <remarks>Upstream: src/launcher/executor.cpp.</remarks>
public static class CommandExecutor
{
    /// <summary>What it understands.</summary>
    public static FlagTable Flags => CommandExecutorFlags.Table;

    /// <summary>Runs until the task has ended, the agent asks for the end, or <paramref name="stop"/> is cancelled, which ends the task as well.</summary>
    /// <param name="flags">Loaded from <see cref="Flags"/>.</param>
    /// <param name="environment">The environment of the program, in which the agent speaks to it.</param>
    /// <param name="manager">The node it runs on; its owner ends it afterwards.</param>
    /// <param name="stop">Asks for the end.</param>
    /// <returns>Null, or a sentence that says what went wrong.</returns>
    [UnsupportedOSPlatform("windows")]
    public static async Task<string?> RunAsync(
        FlagValues flags,
        IReadOnlyDictionary<string, string> environment,
        ProcessManager manager,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(manager);
        if (ReadGracePeriod(environment, out var grace) is { } error)
        {
            return error;
        }

        var settings = new CommandExecutorSettings
        {
            ExecutorId = new ExecutorID { Value = environment.GetValueOrDefault("MESOS_EXECUTOR_ID", "") }, // The driver insists on it.
            Environment = environment,
            TaskEnvironment = ReadVariables(flags.Get(CommandExecutorFlags.TaskEnvironment)),
            ShutdownGracePeriod = grace,
        };
        using PosixChildren children = new(adoptsOrphans: true);
        Connection connection = new();
        await using MesosExecutorDriver driver = new(connection, new ExecutorDriverOptions { Environment = environment, Manager = manager });
        connection.Driver = driver;
        CommandExecutorProcess process = new(manager, settings, children, connection);
        connection.Process = process;
        manager.Spawn(process);
        using var stopping = stop.Register(process.Shutdown);
        if (driver.Start() == Status.DriverRunning)
        {
            await Task.WhenAny(manager.WaitAsync(process, CancellationToken.None), driver.JoinAsync(CancellationToken.None));
        }

        return connection.Failure;
    }

    private static string? ReadGracePeriod(IReadOnlyDictionary<string, string> environment, out TimeSpan grace)
    {
        const string Name = "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD";
        grace = TimeSpan.FromSeconds(5);
        if (!environment.TryGetValue(Name, out var text))
        {
            return null;
        }

        if (!Duration.TryParse(text, out var duration, out var reason))
        {
            return $"Value '{text}' of {Name} is not accepted: {reason}";
        }

        grace = duration.ToTimeSpan();
        return null;
    }

    /// <summary>Reads <c>{"variables": [{"name": ..., "value": ...}]}</c>; secrets have been resolved by the agent, or are not for the task.</summary>
    private static Dictionary<string, string> ReadVariables(JsonElement? environment)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        if (environment is { } json && json.TryGetProperty("variables", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var variable in list.EnumerateArray())
            {
                if (variable.TryGetProperty("name", out var name) && variable.TryGetProperty("value", out var value))
                {
                    variables[name.GetString()!] = value.GetString() ?? "";
                }
            }
        }

        return variables;
    }

    /// <summary>Joins the driver, which calls back, and the process, which decides.</summary>
    private sealed class Connection : IExecutor, IStatusSink
    {
        public MesosExecutorDriver Driver { get; set; } = null!;

        public CommandExecutorProcess Process { get; set; } = null!;

        public string? Failure { get; private set; }

        public void Registered(IExecutorDriver driver, ExecutorInfo executorInfo, FrameworkInfo frameworkInfo, SlaveInfo slaveInfo) =>
            Process.Registered(frameworkInfo);

        public void Reregistered(IExecutorDriver driver, SlaveInfo slaveInfo) => Process.Reregistered();

        public void Disconnected(IExecutorDriver driver) => Process.Disconnected();

        public void LaunchTask(IExecutorDriver driver, TaskInfo task) => Process.Launch(task);

        public void KillTask(IExecutorDriver driver, TaskID taskId) => Process.Kill(taskId);

        public void KillTask(IExecutorDriver driver, TaskID taskId, KillPolicy? killPolicy) => Process.Kill(taskId, killPolicy);

        public void Shutdown(IExecutorDriver driver) => Process.Shutdown();

        public void Error(IExecutorDriver driver, string message) => Failure = message;

        public void Send(TaskStatus status) => Driver.SendStatusUpdate(status);

        public Task SettleAsync() => Driver.SettleAsync();
    }
}

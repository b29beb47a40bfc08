using System.Globalization;

namespace Mesos.Slave.Run;

/// <summary>The executors that the agent makes up for tasks that consist of a command.</summary>
/// <remarks>Upstream: <c>Slave::getExecutorInfo</c> in src/slave/slave.cpp.</remarks>
internal static class CommandExecutors
{
    /// <summary>The name of the program that runs the command.</summary>
    public const string Program = "mesos-executor";

    private const string NamePrefix = "Command Executor ";
    private const int LongestCommandInName = 15;
    private const int CommandInNameWhenCut = 12;
    private const double Cpus = 0.1;
    private const double MemoryInMegabytes = 32;

    // Nanoseconds: the time a dead process may go unnoticed, and a second for the last update.
    private const long GraceBuffer = 2_000_000_000;

    /// <summary>The executor for a task: its own, or one made up to run its command.</summary>
    /// <param name="framework">The framework of the task.</param>
    /// <param name="task">The task.</param>
    /// <param name="launcherDirectory">Where the program that runs commands is, or would be.</param>
    public static ExecutorInfo For(FrameworkInfo framework, TaskInfo task, string launcherDirectory)
    {
        if (task.Executor is { } own)
        {
            return own.Clone();
        }

        var executor = new ExecutorInfo
        {
            ExecutorId = new ExecutorID { Value = task.TaskId.Value },
            FrameworkId = framework.Id.Clone(),
            Container = task.Container?.Clone(),
            Name = NamePrefix + NameOf(task),
            Source = task.TaskId.Value,
            Labels = task.Labels?.Clone(),
            Discovery = task.Discovery?.Clone(),
            Command = CommandFor(task.Command, launcherDirectory),
        };
        if (task.KillPolicy?.GracePeriod is { } grace)
        {
            executor.ShutdownGracePeriod = new DurationInfo { Nanoseconds = Math.Min(grace.Nanoseconds, long.MaxValue - GraceBuffer) + GraceBuffer };
        }

        Resource.Types.AllocationInfo? allocation = task.Resources.FirstOrDefault()?.AllocationInfo;
        executor.Resources.Add(Scalar("cpus", Cpus, allocation));
        executor.Resources.Add(Scalar("mem", MemoryInMegabytes, allocation));
        return executor;
    }

    private static CommandInfo CommandFor(CommandInfo command, string launcherDirectory)
    {
        var result = new CommandInfo
        {
            Environment = command.Environment?.Clone(),
            Shell = false,
            Value = Path.Combine(launcherDirectory, Program),
            Arguments = { Program, "--launcher_dir=" + launcherDirectory },
        };
        result.Uris.Add(command.Uris.Select(static uri => uri.Clone()));
        if (command.HasUser)
        {
            result.User = command.User;
        }

        return result;
    }

    private static string NameOf(TaskInfo task) =>
        string.Create(CultureInfo.InvariantCulture, $"(Task: {task.TaskId.Value}) ({CommandText(task.Command)})");

    private static string CommandText(CommandInfo command)
    {
        if (command.Shell)
        {
            return command.HasValue ? $"Command: sh -c '{Shorten(command.Value)}'" : "Command: NO COMMAND";
        }

        return command.HasValue
            ? $"Command: [{Shorten(command.Value + ", " + string.Join(", ", command.Arguments))}]"
            : "Command: NO EXECUTABLE";
    }

    private static string Shorten(string text) => text.Length > LongestCommandInName ? text[..CommandInNameWhenCut] + "..." : text;

    private static Resource Scalar(string name, double value, Resource.Types.AllocationInfo? allocation) => new()
    {
        Name = name,
        Type = Value.Types.Type.Scalar,
        Scalar = new Value.Types.Scalar { Value = value },
        AllocationInfo = allocation?.Clone(),
    };
}

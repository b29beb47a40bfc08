using System.Text.Unicode;
using Mesos.Common.Posix;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Type = Mesos.Proto.Environment.Types.Variable.Types.Type;

namespace Mesos.Launcher.Executor;

/// <summary>What the command executor starts for a task. Pure.</summary>
internal static class TaskCommand
{
    /// <summary>What keeps the task from running, as a sentence for its owner; null where nothing does.</summary>
    /// <param name="task">The task.</param>
    /// <param name="added">Variables the agent adds for the task, among them secrets that it has resolved.</param>
    public static string? Refusal(TaskInfo task, IReadOnlyDictionary<string, string> added) =>
        task.Command is null ? "The task has no command, and a command executor runs nothing else"
        : !task.Command.HasValue || (task.Command.Value.Length == 0 && !task.Command.Shell) ? $"The command of the task has no value: {(task.Command.Shell ? "a shell command" : "a program")} is expected there"
        : task.Command.Value.Contains('\0', StringComparison.Ordinal) || task.Command.Arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)) ? "The command of the task holds a NUL character"
        : task.HealthCheck is not null ? "The task has a health check, which this executor does not support yet"
        : task.Check is not null ? "The task has a check, which this executor does not support yet"
        : RefusedVariable(task.Command.Environment, added) is { } variable ? variable
        : task.Container is not null ? RefusedContainer(task.Container)
        : null;

    /// <summary>The program, its arguments and its whole environment.</summary>
    /// <param name="task">A task without <see cref="Refusal"/>.</param>
    /// <param name="inherited">The environment of the executor itself.</param>
    /// <param name="added">Variables the agent adds for the task; the task's own come after them.</param>
    /// <remarks>Upstream: <c>CommandExecutor::launch</c> in src/launcher/executor.cpp.</remarks>
    public static ChildCommand Build(TaskInfo task, IReadOnlyDictionary<string, string> inherited, IReadOnlyDictionary<string, string> added)
    {
        Dictionary<string, string> environment = new(inherited, StringComparer.Ordinal);
        foreach (var (name, value) in added)
        {
            environment[name] = value;
        }

        foreach (var variable in task.Command.Environment?.Variables ?? [])
        {
            if (variable.Type != Type.Secret)
            {
                environment[variable.Name] = variable.Value;
            }
            else if (!added.ContainsKey(variable.Name))
            {
                environment[variable.Name] = variable.Secret.Value.Data.ToStringUtf8();
            }
        }

        if (task.Resources.Count > 0)
        {
            environment["MESOS_ALLOCATION_ROLE"] = task.Resources[0].AllocationInfo?.Role ?? "";
        }

        // What runs in the container is found by its mark, also where the task brings the variables of another along.
        if (ContainerMark.SandboxOf(inherited) is { } sandbox)
        {
            ContainerMark.Put(environment, sandbox);
        }

        var command = task.Command;
        return command.Shell
            ? new ChildCommand("sh", ["sh", "-c", command.Value], environment)
            : new ChildCommand(command.Value, command.Arguments.Count == 0 ? [command.Value] : command.Arguments, environment);
    }

    private static string? RefusedVariable(Proto.Environment? environment, IReadOnlyDictionary<string, string> added)
    {
        foreach (var variable in environment?.Variables ?? [])
        {
            if (variable.Type == Type.Secret && !added.ContainsKey(variable.Name) && RefusedSecret(variable.Secret) is { } defect)
            {
                return $"The variable '{variable.Name}' of the task is a secret {defect}";
            }

            if (variable.Name.Length == 0 || variable.Name.AsSpan().ContainsAny('=', '\0') || variable.Value.Contains('\0', StringComparison.Ordinal))
            {
                return $"The variable '{variable.Name}' of the task cannot be put into an environment";
            }
        }

        return null;
    }

    private static string? RefusedSecret(Secret? secret) =>
        secret?.Reference is not null ? "that is kept elsewhere, and neither agent nor executor can fetch it"
        : secret?.Value is not { } value ? "without a value"
        : value.Data.Span.Contains((byte)0) || !Utf8.IsValid(value.Data.Span) ? "that cannot be put into an environment"
        : null;

    private static string? RefusedContainer(ContainerInfo container)
    {
        var unsupported =
            container.Type != ContainerInfo.Types.Type.Mesos || container.Docker is not null ? "a Docker container"
            : container.Mesos?.Image is not null ? "a container image"
            : container.Volumes.Count > 0 ? "volumes"
            : container.NetworkInfos.Any(Networks.IsOfItsOwn) ? "networks of its own"
            : container.HasHostname ? "a host name of its own"
            : container.LinuxInfo is not null ? "Linux settings"
            : container.RlimitInfo is not null ? "resource limits of the system"
            : container.TtyInfo is not null ? "a terminal"
            : null;
        return unsupported is null ? null : $"The task asks for {unsupported}, which this executor does not support yet";
    }
}

using Mesos.Common.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>How a container becomes a process: a call of <c>mesos containerizer launch</c>.</summary>
/// <remarks>Upstream: <c>MesosContainerizerProcess::_launch</c> in src/slave/containerizer/mesos/containerizer.cpp.</remarks>
internal static class LaunchPlan
{
    /// <summary>Where programs are looked for when nobody says otherwise.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const string Sandbox = ContainerMark.SandboxVariable;

    /// <summary>
    /// What the names of variables begin with while the launching program carries them for the container. What a task sets must
    /// steer neither that program nor the loader and the runtime below it, so they never see it under its name.
    /// </summary>
    public const string CarriedPrefix = "MESOS_CARRIED_";

    /// <param name="program">The program that launches.</param>
    /// <param name="launch">The container, in which <see cref="UnsupportedFeatures"/> finds nothing.</param>
    /// <param name="switchTo">The user to become, or null.</param>
    /// <param name="inherited">Variables that the program itself needs to run, such as where its runtime is.</param>
    public static ChildStart For(MesosProgram program, ContainerLaunch launch, string? switchTo, IReadOnlyDictionary<string, string> inherited)
    {
        List<string> arguments =
        [
            "containerizer",
            "launch",
            "--directory=" + launch.Directory,
            "--stdout=" + Path.Combine(launch.Directory, "stdout"),
            "--stderr=" + Path.Combine(launch.Directory, "stderr"),
        ];
        if (!launch.IsCommandExecutor)
        {
            arguments.Add("--environment_prefix=" + CarriedPrefix);
        }

        if (launch.Forked is not null)
        {
            arguments.Add("--wait_for_line");
        }

        if (!launch.IsCommandExecutor && !launch.Executor.Command.Shell)
        {
            arguments.Add("--program=" + launch.Executor.Command.Value);
        }

        if (switchTo is not null)
        {
            arguments.Add("--user=" + switchTo);
        }

        arguments.Add("--");
        arguments.AddRange(CommandLine(program, launch));
        Dictionary<string, string> ofContainer = OfContainer(launch, inherited);
        return new ChildStart(
            program.Executable,
            arguments,
            launch.IsCommandExecutor ? ofContainer : Carried(ofContainer, launch, inherited),
            launch.Directory,
            Waits: launch.Forked is not null);
    }

    private static IReadOnlyList<string> CommandLine(MesosProgram program, ContainerLaunch launch)
    {
        CommandInfo command = launch.Executor.Command;
        if (launch.IsCommandExecutor)
        {
            return program.CommandExecutor(command);
        }

        // The first argument of a command without a shell is the name it goes by.
        return command.Shell ? ["/bin/sh", "-c", command.Value]
            : command.Arguments.Count > 0 ? command.Arguments
            : [command.Value];
    }

    /// <summary>What the launching program itself sees: its own needs, the mark of the container, and what it carries.</summary>
    private static Dictionary<string, string> Carried(
        Dictionary<string, string> ofContainer, ContainerLaunch launch, IReadOnlyDictionary<string, string> inherited)
    {
        var variables = new Dictionary<string, string>(inherited, StringComparer.Ordinal) { [Sandbox] = launch.Directory };
        foreach ((string name, string value) in ofContainer)
        {
            variables[CarriedPrefix + name] = value;
        }

        ContainerMark.Put(variables, launch.Directory);
        return variables;
    }

    private static Dictionary<string, string> OfContainer(ContainerLaunch launch, IReadOnlyDictionary<string, string> inherited)
    {
        var variables = new Dictionary<string, string>(inherited, StringComparer.Ordinal);
        foreach ((string name, string value) in launch.Environment)
        {
            variables[name] = value;
        }

        variables[Sandbox] = launch.Directory;
        if (!launch.IsCommandExecutor)
        {
            // The executor of a command learns with the task what belongs to that alone, so nothing has to be carried for it.
            foreach (Proto.Environment.Types.Variable variable in launch.Executor.Command.Environment?.Variables ?? [])
            {
                variables[variable.Name] = ExecutorVariables.ValueOf(variable);
            }
        }

        variables.TryAdd("PATH", DefaultPath);
        ContainerMark.Put(variables, launch.Directory);
        return variables;
    }
}

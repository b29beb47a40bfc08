using Mesos.Common.Flags;

namespace Mesos.Launcher.Executor;

/// <summary>The flags of <c>mesos executor</c>, which agents give it.</summary>
/// <remarks>Upstream: src/launcher/executor.cpp.</remarks>
internal static class CommandExecutorFlags
{
    private const string NoImages = "tasks run on the file system of the machine";
    private const string NoLinux = "Linux settings of tasks are not supported yet";

    public static readonly FlagTable Table = new(
        "mesos executor",
        environmentPrefix: null,
        "Usage: mesos executor [options]\n\nRuns the command of one task. Started by an agent, which tells the rest in MESOS_* variables.");

    // Programs are looked for beside this one; the flag is accepted because every agent gives it.
    public static readonly Flag<string> LauncherDirectory = Table.Path("launcher_dir", "", "directory of the programs of Mesos; this one needs none of them");

    public static readonly Flag<System.Text.Json.JsonElement?> TaskEnvironment =
        Table.OptionalJsonObject("task_environment", "variables the task gets in addition, as a JSON Environment");

    public static readonly Flag<string?> RootFileSystem = Table.OptionalText("rootfs", "root file system of the task").NotBuilt(NoImages);
    public static readonly Flag<string?> SandboxDirectory = Table.OptionalText("sandbox_directory", "sandbox as the task sees it").NotBuilt(NoImages);
    public static readonly Flag<string?> WorkingDirectory = Table.OptionalText("working_directory", "working directory in the container").NotBuilt(NoImages);
    public static readonly Flag<string?> User = Table.OptionalText("user", "user the task runs as").NotBuilt("tasks run as the user of their executor");
    public static readonly Flag<string?> TaskCommand = Table.OptionalText("task_command", "JSON CommandInfo instead of the task's").NotBuilt(NoImages);
    public static readonly Flag<string?> EffectiveCapabilities = Table.OptionalText("effective_capabilities", "capabilities the task gets").NotBuilt(NoLinux);
    public static readonly Flag<string?> BoundingCapabilities = Table.OptionalText("bounding_capabilities", "capabilities the task may get").NotBuilt(NoLinux);
    public static readonly Flag<string?> TaskLaunchInfo = Table.OptionalText("task_launch_info", "JSON ContainerLaunchInfo of the task").NotBuilt(NoLinux);
    public static readonly Flag<string?> Terminal = Table.OptionalText("tty_slave_path", "terminal of the task").NotBuilt("tasks get no terminal");
    public static readonly Flag<string?> Groups = Table.OptionalText("task_supplementary_groups", "further groups of the task").NotBuilt(NoLinux);
}

using System.Text.Json;
using Mesos.Common;
using Mesos.Common.Detection;
using Mesos.Common.Flags;

namespace Mesos.Cli.Execute;

/// <summary>The flags of <c>mesos execute</c>.</summary>
/// <remarks>Upstream: src/cli/execute.cpp.</remarks>
internal static class ExecuteFlags
{
    public const string DefaultResources = "cpus:1;mem:128";

    private const string NoImages = "tasks run on the file system of the agent's machine";
    private const string NoLinux = "Linux settings of tasks are not supported yet";
    private const string NoHdfs = "nothing is copied to HDFS";

    public static readonly FlagTable Table = new(
        "mesos execute",
        environmentPrefix: null,
        "Usage: mesos execute --master=HOST:PORT --name=NAME --command=COMMAND [options] [-- ARGUMENTS]\n\n" +
        "Runs a command on some agent of a cluster, tells how it goes, and exits as it does.");

    public static readonly Flag<string> Master = Table.RequiredText("master", "where the master is: HOST:PORT, zk://... or file://...")
        .Check(static text => MasterLocation.TryParse(text, out _, out var error) ? null : error);

    public static readonly Flag<string?> Name = Table.OptionalText("name", "name of the command, which becomes the id of its task");
    public static readonly Flag<string?> Command = Table.OptionalText("command", "what to run");
    public static readonly Flag<bool> Shell = Table.Bool("shell", true, "run the command through a shell; otherwise it is a program, and what follows -- are its arguments");
    public static readonly Flag<JsonElement?> Env = Table.OptionalJsonObject("env", "variables of the command, as a JSON object of texts")
        .Check(static variables => variables!.Value.EnumerateObject().All(static variable => variable.Value.ValueKind == JsonValueKind.String)
            ? null
            : "expected a JSON object whose values are texts");

    public static readonly Flag<string> Resources = Table.Text("resources", DefaultResources, "resources of the command")
        .Check(static text => ResourceText.TryParse(text, "*", out _, out var error) ? null : error);

    public static readonly Flag<JsonElement?> Task = Table.OptionalJsonObject("task", "a whole TaskInfo as JSON instead of name, command, env and resources; agent_id is filled in");
    public static readonly Flag<TimeSpan?> KillAfter = Table.OptionalDuration("kill_after", "kill the command this long after it has started to run");
    public static readonly Flag<string> Role = Table.Text("role", "*", "role the resources are allocated to");
    public static readonly Flag<string?> Principal = Table.OptionalText("principal", "who the framework is");
    public static readonly Flag<string?> Secret = Table.OptionalText("secret", "what proves it, where the master asks");
    public static readonly Flag<bool> Checkpoint = Table.Bool("checkpoint", false, "let the task outlive a restart of its agent");
    public static readonly Flag<bool> PartitionAware = Table.Bool("partition_aware", true, "tell unreachable tasks from lost ones");
    public static readonly Flag<string?> Capabilities = Table.OptionalText("framework_capabilities", "further capabilities of the framework, separated by commas")
        .Check(static text => ExecutePlan.TryParseCapabilities(text!, out _, out var error) ? null : error);

    public static readonly Flag<JsonElement?> TaskGroup = Table.OptionalJsonObject("task_group", "a TaskGroupInfo as JSON").NotBuilt("task groups need the default executor");
    public static readonly Flag<string> Hadoop = Table.Text("hadoop", "hadoop", "the program hadoop").NotBuilt(NoHdfs);
    public static readonly Flag<string> Hdfs = Table.Text("hdfs", "localhost:9000", "the name node of HDFS").NotBuilt(NoHdfs);
    public static readonly Flag<string?> Package = Table.OptionalText("package", "file to copy to HDFS and from there into the sandbox").NotBuilt(NoHdfs);
    public static readonly Flag<bool> Overwrite = Table.Bool("overwrite", false, "replace the package in HDFS").NotBuilt(NoHdfs);
    public static readonly Flag<string?> AppcImage = Table.OptionalText("appc_image", "appc image to run in").NotBuilt(NoImages);
    public static readonly Flag<string?> DockerImage = Table.OptionalText("docker_image", "Docker image to run in").NotBuilt(NoImages);
    public static readonly Flag<string> Containerizer = Table.Text("containerizer", "mesos", "what runs the command: mesos or docker").OneOf("mesos", "docker").NotBuilt(NoImages);
    public static readonly Flag<string?> EffectiveCapabilities = Table.OptionalText("effective_capabilities", "Linux capabilities, as JSON").NotBuilt(NoLinux);
    public static readonly Flag<string?> BoundingCapabilities = Table.OptionalText("bounding_capabilities", "Linux capabilities it may get, as JSON").NotBuilt(NoLinux);
    public static readonly Flag<string?> ResourceLimits = Table.OptionalText("rlimits", "POSIX resource limits, as JSON").NotBuilt(NoLinux);
    public static readonly Flag<string?> Networks = Table.OptionalText("networks", "networks to join, separated by commas").NotBuilt(NoLinux);
    public static readonly Flag<string?> Volumes = Table.OptionalText("volumes", "volumes, as JSON").NotBuilt(NoLinux);
    public static readonly Flag<bool> Terminal = Table.Bool("tty", false, "give the command a terminal").NotBuilt(NoLinux);
    public static readonly Flag<string> ContentType = Table.Text("content_type", "protobuf", "how messages are written: protobuf or json")
        .OneOf("protobuf", "json").NotBuilt("this program talks to the master through the scheduler driver, which writes protobuf");

    static ExecuteFlags() => Table.Check(static values => values.IsGiven(Task)
        ? new Flag[] { Name, Command, Env }.FirstOrDefault(values.IsGiven) is { } flag
            ? $"Flag --{flag.Name} says what --task says already: give one of the two"
            : null
        : values.Get(Name) is null ? "Flag --name is required unless --task is given: the name of the command"
        : values.Get(Command) is null ? "Flag --command is required unless --task is given: what to run"
        : null);
}

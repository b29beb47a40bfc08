using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Google.Protobuf;
using Mesos.Common;
using Mesos.Common.Flags;
using Mesos.Common.Json;
using Mesos.Proto;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability;

namespace Mesos.Cli.Execute;

/// <summary>What <c>mesos execute</c> registers and launches. Pure.</summary>
/// <param name="Framework">The framework.</param>
/// <param name="Task">Its task, but for the agent.</param>
internal sealed record ExecutePlan(FrameworkInfo Framework, TaskInfo Task)
{
    private static readonly Capability.Types.Type[] Always = [Capability.Types.Type.ReservationRefinement, Capability.Types.Type.TaskKillingState];

    /// <summary>Makes the plan; the error is a sentence.</summary>
    public static bool TryMake(FlagValues flags, [NotNullWhen(true)] out ExecutePlan? plan, [NotNullWhen(false)] out string? error)
    {
        plan = null;
        var task = flags.Get(ExecuteFlags.Task) is { } json ? ReadTask(json, out error) : MakeTask(flags, out error);
        if (task is null)
        {
            error ??= "There is no task";
            return false;
        }

        plan = new ExecutePlan(MakeFramework(flags), task);
        return true;
    }

    /// <summary>A task that runs a shell command.</summary>
    public static TaskInfo ShellTask(string name, string command, string resources) => new()
    {
        Name = name,
        TaskId = new TaskID { Value = name },
        SlaveId = new SlaveID { Value = "" },
        Command = new CommandInfo { Shell = true, Value = command },
        Resources = { ResourceText.TryParse(resources, "*", out var parsed, out var error) ? parsed : throw new ArgumentException(error, nameof(resources)) },
    };

    /// <summary>The framework of a command.</summary>
    public static FrameworkInfo CommandFramework(params IEnumerable<Capability.Types.Type> capabilities)
    {
        FrameworkInfo framework = new() { User = "", Name = "mesos-execute instance" };
        framework.Capabilities.AddRange(Always.Concat(capabilities).Distinct().Select(static type => new Capability { Type = type }));
        return framework;
    }

    /// <summary>Reads names such as <c>GPU_RESOURCES,MULTI_ROLE</c>.</summary>
    public static bool TryParseCapabilities(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<Capability.Types.Type>? capabilities,
        [NotNullWhen(false)] out string? error)
    {
        List<Capability.Types.Type> found = [];
        (capabilities, error) = (found, null);
        foreach (var name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Enum.TryParse<Capability.Types.Type>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var type)
                || type == Capability.Types.Type.Unknown
                || char.IsAsciiDigit(name[0]))
            {
                error = $"'{name}' is no capability of frameworks: expected names such as GPU_RESOURCES or MULTI_ROLE";
                return false;
            }

            found.Add(type);
        }

        return true;
    }

    private static FrameworkInfo MakeFramework(FlagValues flags)
    {
        List<Capability.Types.Type> capabilities = flags.Get(ExecuteFlags.PartitionAware) ? [Capability.Types.Type.PartitionAware] : [];
        if (flags.Get(ExecuteFlags.Capabilities) is { } names && TryParseCapabilities(names, out var more, out _))
        {
            capabilities.AddRange(more);
        }

        var framework = CommandFramework(capabilities);
        framework.Checkpoint = flags.Get(ExecuteFlags.Checkpoint);
        if (capabilities.Contains(Capability.Types.Type.MultiRole))
        {
            framework.Roles.Add(flags.Get(ExecuteFlags.Role));
        }
        else
        {
            framework.Role = flags.Get(ExecuteFlags.Role);
        }

        if (flags.Get(ExecuteFlags.Principal) is { } principal)
        {
            framework.Principal = principal;
        }

        return framework;
    }

    private static TaskInfo? MakeTask(FlagValues flags, out string? error)
    {
        error = null;
        var task = ShellTask(flags.Get(ExecuteFlags.Name)!, flags.Get(ExecuteFlags.Command)!, flags.Get(ExecuteFlags.Resources));
        if (!flags.Get(ExecuteFlags.Shell))
        {
            task.Command.Shell = false;
            task.Command.Arguments.Add(task.Command.Value);
            task.Command.Arguments.AddRange(flags.Arguments);
        }
        else if (flags.Arguments.Count > 0)
        {
            error = $"Unexpected argument '{flags.Arguments[0]}': only a command without a shell takes arguments, so add --no-shell";
            return null;
        }

        if (flags.Get(ExecuteFlags.Env) is { } variables)
        {
            task.Command.Environment = new Proto.Environment();
            task.Command.Environment.Variables.AddRange(variables.EnumerateObject().Select(static variable =>
                new Proto.Environment.Types.Variable { Name = variable.Name, Value = variable.Value.GetString() }));
        }

        return task;
    }

    /// <summary>Reads a v1 TaskInfo, as the original does; both versions are the same bytes.</summary>
    private static TaskInfo? ReadTask(JsonElement json, out string? error)
    {
        const string Agent = "agent_id";
        if (!json.TryGetProperty(Agent, out _))
        {
            json = WithEmptyAgent(json, Agent);
        }

        return ProtobufJsonReader.TryParse<V1.TaskInfo>(json, out var task, out error)
            ? TaskInfo.Parser.ParseFrom(task.ToByteArray())
            : Refuse(ref error);

        static TaskInfo? Refuse(ref string? error)
        {
            error = $"The value of flag --task is not accepted: {error}";
            return null;
        }
    }

    private static JsonElement WithEmptyAgent(JsonElement task, string agent)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(agent);
            writer.WriteString("value", "");
            writer.WriteEndObject();
            foreach (var field in task.EnumerateObject())
            {
                field.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(bytes.ToArray());
        return document.RootElement.Clone();
    }
}

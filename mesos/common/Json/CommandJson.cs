using System.Text.Json;
using Mesos.Proto;
using VariableType = Mesos.Proto.Environment.Types.Variable.Types.Type;

namespace Mesos.Common.Json;

/// <summary>Commands as the endpoints of masters and agents show them: without their user, and without what is secret.</summary>
/// <remarks>Upstream: <c>json(JSON::ObjectWriter*, const CommandInfo&amp;)</c> in src/common/http.cpp, which shows secrets.</remarks>
public static class CommandJson
{
    /// <summary>Writes a command as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, CommandInfo command)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(command);
        writer.WriteStartObject();
        if (command.HasShell)
        {
            writer.WriteBoolean("shell", command.Shell);
        }

        if (command.HasValue)
        {
            writer.WriteString("value", command.Value);
        }

        writer.WriteStartArray("argv");
        foreach (string argument in command.Arguments)
        {
            writer.WriteStringValue(argument);
        }

        writer.WriteEndArray();
        if (command.Environment is { } environment)
        {
            ProtobufJsonWriter.Write(writer, "environment", WithoutSecrets(environment));
        }

        writer.WriteStartArray("uris");
        foreach (CommandInfo.Types.URI uri in command.Uris)
        {
            writer.WriteStartObject();
            writer.WriteString("value", uri.Value);
            writer.WriteBoolean("executable", uri.Executable);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Proto.Environment WithoutSecrets(Proto.Environment environment)
    {
        if (environment.Variables.All(static variable => variable.Type != VariableType.Secret))
        {
            return environment;
        }

        Proto.Environment shown = environment.Clone();
        foreach (Proto.Environment.Types.Variable variable in shown.Variables.Where(static variable => variable.Type == VariableType.Secret))
        {
            variable.Secret = null;
        }

        return shown;
    }
}

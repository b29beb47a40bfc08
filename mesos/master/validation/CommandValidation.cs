using Mesos.Proto;
using Variable = Mesos.Proto.Environment.Types.Variable;

namespace Mesos.Master.Validation;

/// <summary>Rules for commands and containers. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: src/common/validation.cpp.</remarks>
internal static class CommandValidation
{
    public static string? Validate(CommandInfo? command) =>
        command?.Environment?.Variables.Select(Validate).FirstOrDefault(error => error is not null);

    public static string? Validate(ContainerInfo? container)
    {
        if (container is null)
        {
            return null;
        }

        if (container.Volumes.Select(Validate).FirstOrDefault(error => error is not null) is { } volume)
        {
            return $"Invalid volume: {volume}";
        }

        if (container.Type != ContainerInfo.Types.Type.Docker)
        {
            return null;
        }

        return container.Docker is null ? "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo"
            : container.Docker.Parameters.Any(parameter => parameter.Key == "name") ? "Parameter in DockerInfo must not be 'name'"
            : null;
    }

    private static string? Validate(Variable variable) => variable.Type switch
    {
        Variable.Types.Type.Secret => ValidateSecret(variable),
        Variable.Types.Type.Value when !variable.HasValue => $"Environment variable '{variable.Name}' of type 'VALUE' must have a value set",
        Variable.Types.Type.Value when variable.Secret is not null =>
            $"Environment variable '{variable.Name}' of type 'VALUE' must not have a secret set",
        Variable.Types.Type.Value => null,
        _ => "Environment variable of type 'UNKNOWN' is not allowed",
    };

    private static string? ValidateSecret(Variable variable)
    {
        if (variable.Secret is null)
        {
            return $"Environment variable '{variable.Name}' of type 'SECRET' must have a secret set";
        }

        if (variable.HasValue)
        {
            return $"Environment variable '{variable.Name}' of type 'SECRET' must not have a value set";
        }

        Secret secret = variable.Secret;
        string? problem = secret.Type switch
        {
            Secret.Types.Type.Reference when secret.Reference is null => "Secret of type REFERENCE must have the 'reference' field set",
            Secret.Types.Type.Reference when secret.Value is not null =>
                $"Secret '{secret.Reference.Name}' of type REFERENCE must not have the 'value' field set",
            Secret.Types.Type.Value when secret.Value is null => "Secret of type VALUE must have the 'value' field set",
            Secret.Types.Type.Value when secret.Reference is not null => "Secret of type VALUE must not have the 'reference' field set",
            _ => null,
        };
        if (problem is not null)
        {
            return $"Environment variable '{variable.Name}' specifies an invalid secret: {problem}";
        }

        return secret.Value?.Data.Span.Contains((byte)0) == true
            ? $"Environment variable '{variable.Name}' specifies a secret containing null bytes, which is not allowed in the environment"
            : null;
    }

    private static string? Validate(Volume volume)
    {
        int given = (volume.HasHostPath ? 1 : 0) + (volume.Image is null ? 0 : 1) + (volume.Source is null ? 0 : 1);
        if (given != 1)
        {
            return "Only one of them should be set: 'host_path', 'image' and 'source'";
        }

        return volume.Source is null ? null : volume.Source.Type switch
        {
            Volume.Types.Source.Types.Type.DockerVolume => Needs(volume.Source.DockerVolume, "docker_volume", "DOCKER_VOLUME"),
            Volume.Types.Source.Types.Type.HostPath => Needs(volume.Source.HostPath, "host_path", "HOST_PATH"),
            Volume.Types.Source.Types.Type.SandboxPath => Needs(volume.Source.SandboxPath, "sandbox_path", "SANDBOX_PATH"),
            Volume.Types.Source.Types.Type.Secret => Needs(volume.Source.Secret, "secret", "SECRET"),
            Volume.Types.Source.Types.Type.CsiVolume =>
                Needs(volume.Source.CsiVolume, "csi_volume", "CSI")
                ?? Needs(volume.Source.CsiVolume.StaticProvisioning, "csi_volume.static_provisioning", "CSI"),
            _ => "'source.type' is unknown",
        };
    }

    private static string? Needs(object? value, string field, string type) =>
        value is null ? $"'source.{field}' is not set for {type} volume" : null;
}

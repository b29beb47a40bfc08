using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Mesos.Common.Json;
using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Proto;
using DiskInfo = Mesos.Proto.Resource.Types.DiskInfo;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>Resources as operators write them, <c>cpus:4;mem(web):512;ports:[31000-32000]</c> or a JSON array, and as logs show them.</summary>
/// <remarks>Upstream: <c>Resources::parse</c>, <c>fromString</c> and <c>operator&lt;&lt;</c> in src/common/resources.cpp.</remarks>
public static class ResourceText
{
    /// <summary>Reads resources for an agent's start: well formed, and only what may be given there.</summary>
    /// <param name="text">The text or JSON form.</param>
    /// <param name="defaultRole">The role of resources written without one; <c>*</c> leaves them unreserved.</param>
    /// <param name="resources">The resources when the answer is true.</param>
    /// <param name="error">What is wrong, when the answer is false.</param>
    public static bool TryParse(
        string text,
        string defaultRole,
        [NotNullWhen(true)] out Resources? resources,
        [NotNullWhen(false)] out string? error)
    {
        resources = null;
        if (!TryParseList(text, defaultRole, out var list, out error))
        {
            return false;
        }

        error = ResourceRules.Validate(list);
        if (error is not null)
        {
            return false;
        }

        resources = Resources.From(list);
        error = ResourceRules.ValidateForCommandLine(resources);
        return error is null;
    }

    /// <summary>Reads resources one by one as written, without merging and without judging whether each is valid.</summary>
    /// <inheritdoc cref="TryParse"/>
    public static bool TryParseList(
        string text,
        string defaultRole,
        [NotNullWhen(true)] out IReadOnlyList<Resource>? resources,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parsed = text.AsSpan().TrimStart().StartsWith("[") ? ParseJson(text, defaultRole, out error) : ParseSimple(text, defaultRole, out error);
        resources = error is null ? parsed : null;
        return error is null;
    }

    /// <summary>One resource as logs show it, such as <c>disk(reservations: [(DYNAMIC,web,bob)])[vol1]:64</c>.</summary>
    public static string Format(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        StringBuilder text = new(resource.Name);
        if (resource.AllocationInfo is not null)
        {
            text.Append("(allocated: ").Append(resource.AllocationInfo.Role).Append(')');
        }

        if (resource.Reservations.Count > 0)
        {
            text.Append("(reservations: [(").AppendJoin("),(", resource.Reservations.Select(Format)).Append(")])");
        }
        else if (ResourceFormat.HasOlderFields(resource) && resource.Role != RoleNames.Default)
        {
            text.Append('(').Append(resource.Role).Append(')');
        }

        if (resource.Disk is not null)
        {
            text.Append('[').Append(Format(resource.Disk)).Append(']');
        }

        text.Append(resource.Revocable is null ? "" : "{REV}").Append(resource.Shared is null ? "" : "<SHARED>").Append(':');
        return text.Append(resource.Type switch
        {
            ValueType.Scalar => ValueText.FormatScalar(resource.Scalar?.Value ?? 0),
            ValueType.Ranges => ValueRanges.Format(resource.Ranges ?? new Value.Types.Ranges()),
            ValueType.Set => ValueSets.Format(resource.Set ?? new Value.Types.Set()),
            _ => "?",
        }).ToString();
    }

    private static List<Resource> ParseSimple(string text, string defaultRole, out string? error)
    {
        error = null;
        List<Resource> resources = [];
        foreach (var token in ValueText.Tokens(text, [';']))
        {
            var pair = ValueText.Tokens(token, [':']);
            if (pair.Length != 2)
            {
                error = $"'{token}' is not a resource: expected name:value";
            }
            else if (TrySplitRole(pair[0], defaultRole, out var name, out var role))
            {
                error = Parse(name, role, pair[1], resources);
            }
            else
            {
                error = $"'{token}' is not a resource: its parentheses do not match";
            }

            if (error is not null)
            {
                break;
            }
        }

        return resources;
    }

    private static string? Parse(string name, string role, string text, List<Resource> into)
    {
        if (!ValueText.TryParse(text, out var value, out var error))
        {
            return $"The value of resource '{name}' is not accepted: {error}";
        }

        if (value.Type == ValueType.Text)
        {
            return $"The value '{text}' of resource '{name}' is not accepted: expected a number, ranges such as [1-5] or a set such as {{a,b}}";
        }

        Resource resource = new() { Name = name, Type = value.Type, Scalar = value.Scalar, Ranges = value.Ranges, Set = value.Set };
        if (role != RoleNames.Default)
        {
            resource.Reservations.Add(new ReservationInfo { Type = ReservationType.Static, Role = role });
        }

        into.Add(resource);
        return null;
    }

    private static bool TrySplitRole(string text, string defaultRole, out string name, out string role)
    {
        (name, role) = (text.Trim(), defaultRole);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return true;
        }

        var close = text.IndexOf(')', StringComparison.Ordinal);
        if (close < open)
        {
            return false;
        }

        (name, role) = (text[..open].Trim(), text[(open + 1)..close].Trim());
        return true;
    }

    private static List<Resource> ParseJson(string text, string defaultRole, out string? error)
    {
        List<Resource> resources = [];
        try
        {
            using var document = JsonDocument.Parse(text);
            error = null;
            foreach (var element in document.RootElement.EnumerateArray())
            {
                if (!ProtobufJsonReader.TryParse(element, out Resource? resource, out error))
                {
                    error = $"A resource in the JSON array is not accepted: {error}";
                    break;
                }

                if (!resource.HasRole && resource.Reservations.Count == 0)
                {
                    resource.Role = defaultRole;
                }

                // A contradiction between the formats must stay visible to the validation that follows.
                if (ResourceRules.Validate(resource) is null)
                {
                    ResourceFormat.Upgrade(resource);
                }

                resources.Add(resource);
            }
        }
        catch (JsonException exception)
        {
            error = $"The resources begin like a JSON array, but line {exception.LineNumber + 1} is not JSON";
        }

        return resources;
    }

    private static string Format(ReservationInfo reservation)
    {
        var type = reservation.Type switch
        {
            ReservationType.Static => "STATIC",
            ReservationType.Dynamic => "DYNAMIC",
            _ => "UNKNOWN",
        };
        return $"{type},{reservation.Role}"
            + (reservation.HasPrincipal ? "," + reservation.Principal : "")
            + (reservation.Labels is null ? "" : "," + Format(reservation.Labels));
    }

    private static string Format(Labels labels) =>
        "{" + string.Join(", ", labels.Labels_.Select(label => label.HasValue ? $"{label.Key}: {label.Value}" : label.Key)) + "}";

    private static string Format(DiskInfo disk)
    {
        List<string> parts = [];
        if (disk.Source is { } source)
        {
            parts.Add(Format(source));
        }

        if (disk.Persistence is { } persistence)
        {
            parts.Add(persistence.Id);
        }

        return string.Join(',', parts) + (disk.Volume is null ? "" : ":" + Format(disk.Volume));
    }

    private static string Format(DiskInfo.Types.Source source)
    {
        var where = source.HasId || source.HasProfile ? $"({source.Vendor},{source.Id},{source.Profile})"
            : source is { Type: SourceType.Mount, Mount.HasRoot: true } ? ":" + source.Mount.Root
            : source is { Type: SourceType.Path, Path.HasRoot: true } ? ":" + source.Path.Root
            : "";
        return source.Type.ToString().ToUpperInvariant() + where;
    }

    private static string Format(Volume volume) => !volume.HasHostPath
        ? volume.ContainerPath
        : $"{volume.HostPath}:{volume.ContainerPath}" + (!volume.HasMode ? "" : volume.Mode == Volume.Types.Mode.Rw ? ":rw" : ":ro");
}

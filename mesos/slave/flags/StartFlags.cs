using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using LibProcess.Http.Firewall;
using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Common.Json;
using Mesos.Common.Protobuf;

namespace Mesos.Slave.Flags;

/// <summary>Reads what flags with a form of their own say.</summary>
internal static class StartFlags
{
    /// <summary>The type of <c>--master</c>: a file is shown by its name and a URL without its credentials.</summary>
    public static FlagType<string> Master { get; } = FlagTypes.Text with { Redact = MasterLocation.Redact, ShowsFileName = true };

    public static string? CheckMaster(string text) =>
        !MasterLocation.TryParse(text, out MasterLocation? location, out string? error) ? error
        : location is MasterLocation.ZooKeeper ? "finding the master through ZooKeeper is not built; expected host:port, or file:///path of a file that says it"
        : null;

    public static bool TryReadDomain(JsonElement? json, out DomainInfo? domain, [NotNullWhen(false)] out string? error)
    {
        if (TryRead(json, out domain, out error) && domain is { FaultDomain: null })
        {
            error = "expected a member fault_domain with a region and a zone";
        }

        return error is null;
    }

    public static bool TryReadFeatures(JsonElement? json, out SlaveCapabilities? features, [NotNullWhen(false)] out string? error)
    {
        if (!TryRead(json, out features, out error) || features is null)
        {
            return error is null;
        }

        AgentCapabilities given = AgentCapabilities.Of(features.Capabilities);
        string[] absent =
        [
            .. AgentCapabilities.All.Where(static type => type != SlaveInfo.Types.Capability.Types.Type.ResizeVolume)
                .Where(type => !given.Has(type))
                .Select(static type => type.WireName()),
        ];
        error = features.Capabilities.Count == 0 ? "expected a member capabilities with a list of them"
            : features.Capabilities.Any(static capability => !AgentCapabilities.All.Contains(capability.Type)) ? "a capability is not known"
            : absent.Length > 0 ? $"agents cannot do without {string.Join(", ", absent)}"
            : null;
        return error is null;
    }

    public static bool TryReadFirewall(JsonElement? json, out DisabledEndpointsRule? rule, [NotNullWhen(false)] out string? error)
    {
        rule = null;
        if (!TryRead(json, out Firewall? firewall, out error) || firewall is null)
        {
            return error is null;
        }

        // A member with a slip of the pen would leave open what was to be closed.
        const string Endpoints = "disabled_endpoints";
        if (firewall.DisabledEndpoints is not { } endpoints ||
            json!.Value.EnumerateObject().Any(static member => member.Name != Endpoints) ||
            json.Value.GetProperty(Endpoints).EnumerateObject().Any(static member => member.Name != "paths"))
        {
            error = $"expected one member, {Endpoints}, with one member, paths";
            return false;
        }

        if (endpoints.Paths.FirstOrDefault(static path => !path.StartsWith('/')) is { } wrong)
        {
            error = $"the path '{wrong}' must start with '/'";
            return false;
        }

        rule = new DisabledEndpointsRule(endpoints.Paths);
        return true;
    }

    /// <summary>Where executors listen: on the one address of the node, or where others reach it; see <see cref="SlaveOptions.ExecutorIp"/>.</summary>
    public static IPAddress? ExecutorIp(ProcessManagerOptions node) =>
        !node.Ip.Equals(IPAddress.Any) ? node.Ip

        // What is told to others may belong to another machine, which passes on what it gets.
        : node.AdvertiseIp is not null ? IPAddress.Any
        : null;

    private static bool TryRead<T>(JsonElement? json, out T? message, [NotNullWhen(false)] out string? error)
        where T : class, Google.Protobuf.IMessage<T>, new()
    {
        (message, error) = (null, null);
        return json is not { } element || ProtobufJsonReader.TryParse(element, out message, out error);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesos.Common;
using Mesos.Common.Roles;

namespace Mesos.Slave.Host;

/// <summary>The resources an agent offers: what the operator says, and for the rest what the machine has, less a reserve.</summary>
/// <remarks>Upstream: <c>Containerizer::resources</c> in src/slave/containerizer/containerizer.cpp.</remarks>
internal static class AgentResources
{
    private const long Megabyte = 1L << 20;
    private const long Gigabyte = 1L << 30;
    private const long MemoryReserve = Gigabyte;
    private const long DiskReserve = 5 * Gigabyte;
    private const int DefaultCpus = 1;
    private const long DefaultMemory = Gigabyte;
    private const long DefaultDisk = 10 * Gigabyte;
    private const string DefaultPorts = "[31000-32000]";

    /// <summary>Determines the resources, in the newer format; what is measured follows in the order cpus, mem, disk, ports.</summary>
    public static bool TryDetermine(
        SlaveOptions options,
        HostCapacity host,
        [NotNullWhen(true)] out Common.Resources? resources,
        [NotNullWhen(false)] out string? error)
    {
        resources = null;
        string given = options.Resources ?? "";
        if (!ResourceText.TryParseList(given, options.DefaultRole, out IReadOnlyList<Resource>? list, out error) ||
            !ResourceText.TryParse(given, options.DefaultRole, out Common.Resources? parsed, out error))
        {
            return false;
        }

        // An amount of zero says that there is none; it is not the same as saying nothing.
        HashSet<string> mentioned = [.. list.Select(static resource => resource.Name)];
        string measured = string.Join(';', Measured(host).Where(item => !mentioned.Contains(item.Name)).Select(static item => $"{item.Name}:{item.Value}"));
        if (!ResourceText.TryParse(measured, options.DefaultRole, out Common.Resources? rest, out error))
        {
            return false;
        }

        resources = parsed + rest;
        return true;
    }

    /// <summary>What is wrong with resources as an operator wrote them, whatever their role; null where nothing is.</summary>
    public static string? Validate(string? text) => ResourceText.TryParse(text ?? "", RoleNames.Default, out _, out string? error) ? null : error;

    private static IEnumerable<(string Name, string Value)> Measured(HostCapacity host)
    {
        yield return ("cpus", Text(host.Cpus ?? DefaultCpus));
        yield return ("mem", Text((host.MemoryBytes is { } memory ? LessReserve(memory, MemoryReserve) : DefaultMemory) / Megabyte));
        yield return ("disk", Text((host.DiskBytes is { } disk ? LessReserve(disk, DiskReserve) : DefaultDisk) / Megabyte));
        yield return ("ports", DefaultPorts);
    }

    /// <summary>Leaves the reserve to the system, or half where there is not twice as much.</summary>
    private static long LessReserve(long total, long reserve) => total >= 2 * reserve ? total - reserve : total / 2;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

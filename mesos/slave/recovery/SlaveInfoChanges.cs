using System.Globalization;
using Mesos.Common;

namespace Mesos.Slave.Recovery;

/// <summary>What may change of an agent's description while it keeps its id. Pure.</summary>
/// <remarks>Upstream: src/slave/compatibility.cpp. The answer names what differs; the original prints both descriptions.</remarks>
internal static class SlaveInfoChanges
{
    /// <summary>The policy under which nothing may change.</summary>
    public const string Equal = "equal";

    /// <summary>The policy under which resources may grow and attributes may be added.</summary>
    public const string Additive = "additive";

    /// <summary>Why an agent cannot go on under its old id, or null.</summary>
    public static string? Refuse(string policy, SlaveInfo before, SlaveInfo now)
    {
        IReadOnlyList<string> refused = policy == Additive ? RefusedWhenAdditive(before, now) : Differences(before, now);
        return refused.Count == 0
            ? null
            : $"The agent's description has changed in a way that --reconfiguration_policy={policy} does not allow: {string.Join("; ", refused)}";
    }

    /// <summary>All differences, one sentence each.</summary>
    public static IReadOnlyList<string> Differences(SlaveInfo before, SlaveInfo now)
    {
        List<string> differences = [.. Names(before, now)];
        var (had, has) = (Common.Resources.From(before.Resources), Common.Resources.From(now.Resources));
        if (!had.Equals(has))
        {
            differences.Add($"resources were {had} and are {has}");
        }

        if (!Attributes.AreEqual(before.Attributes, now.Attributes))
        {
            differences.Add($"attributes were '{Text(before.Attributes)}' and are '{Text(now.Attributes)}'");
        }

        return differences;
    }

    private static List<string> RefusedWhenAdditive(SlaveInfo before, SlaveInfo now)
    {
        List<string> refused = [.. Names(before, now)];
        Common.Resources has = Common.Resources.From(now.Resources);
        foreach (Resource resource in Common.Resources.From(before.Resources))
        {
            if (has.Match(resource) is not { } match || !Common.Resources.From(AmountOf(match)).Contains(AmountOf(resource)))
            {
                refused.Add($"of resource '{resource.Name}' less is left than the {Common.Resources.From(resource)} there were: {has}");
            }
        }

        foreach (Attribute attribute in before.Attributes)
        {
            if (!now.Attributes.Any(other => Covers(other, attribute)))
            {
                refused.Add($"attribute '{attribute.Name}' is gone, or another");
            }
        }

        return refused;
    }

    /// <summary>How much it is, of whatever: a disk that is only given away as a whole may have grown, too.</summary>
    private static Resource AmountOf(Resource resource) => new()
    {
        Name = resource.Name,
        Type = resource.Type,
        Scalar = resource.Scalar?.Clone(),
        Ranges = resource.Ranges?.Clone(),
        Set = resource.Set?.Clone(),
    };

    private static IEnumerable<string> Names(SlaveInfo before, SlaveInfo now)
    {
        if (before.Hostname != now.Hostname)
        {
            yield return $"the host name was '{before.Hostname}' and is '{now.Hostname}'";
        }

        if (before.Port != now.Port)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"the port was {before.Port} and is {now.Port}");
        }

        if (before.Domain is not null && !before.Domain.Equals(now.Domain))
        {
            yield return "the fault domain is another";
        }
    }

    private static bool Covers(Attribute now, Attribute before)
    {
        if (now.Name != before.Name || now.Type != before.Type)
        {
            return false;
        }

        return now.Type == Value.Types.Type.Ranges
            ? before.Ranges.Range.All(range => now.Ranges.Range.Any(other => other.Begin <= range.Begin && other.End >= range.End))
            : Attributes.AreEqual(now, before);
    }

    private static string Text(IEnumerable<Attribute> attributes) =>
        string.Join("; ", attributes.Select(static attribute => $"{attribute.Name}:{Attributes.FormatValue(attribute)}"));
}

using System.Diagnostics.CodeAnalysis;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Slave.Paths;

namespace Mesos.Slave.Operations;

/// <summary>What operations do to the agent's resources, and which it cannot do. Pure.</summary>
/// <remarks>Upstream: <c>Slave::applyOperation</c> and <c>Slave::apply</c> in src/slave/slave.cpp, which end the agent where the rules here refuse.</remarks>
internal static class OperationRules
{
    /// <summary>Works out what the agent has after an operation.</summary>
    /// <param name="total">What it has, allocated to nobody.</param>
    /// <param name="info">The operation, as a master sent it.</param>
    /// <param name="result">What it has afterwards, when the answer is true.</param>
    /// <param name="error">Why it cannot be done, when the answer is false.</param>
    public static bool TryApply(
        Common.Resources total,
        OperationInfo info,
        [NotNullWhen(true)] out Common.Resources? result,
        [NotNullWhen(false)] out string? error)
    {
        result = null;
        OperationInfo own = info.Clone();
        AllocationInfos.Strip(own);
        ResourceFormat.UpgradeAll(own);
        error = Refuse(own);
        if (error is not null || !total.TryApply(own, out Common.Resources? applied, out error))
        {
            return false;
        }

        error = applied.PersistentVolumes().Select(VolumePaths.Refuse).FirstOrDefault(static defect => defect is not null);
        if (error is null)
        {
            result = applied;
        }

        return result is not null;
    }

    /// <summary>Works out what the agent has where a master says which reservations and volumes there are.</summary>
    /// <param name="plain">What the agent was started with.</param>
    /// <param name="checkpointed">The reservations and volumes.</param>
    /// <param name="result">What it has then, when the answer is true.</param>
    /// <param name="error">Why that cannot be, when the answer is false.</param>
    public static bool TryReplace(
        Common.Resources plain,
        IEnumerable<Resource> checkpointed,
        [NotNullWhen(true)] out Common.Resources? result,
        [NotNullWhen(false)] out string? error)
    {
        result = null;
        Resource[] all = [.. checkpointed];
        error = ResourceRules.Validate(all) ??
            (all.Any(ResourceQueries.HasResourceProvider) ? "Resource providers keep their resources themselves" : null) ??
            all.Where(ResourceQueries.IsPersistentVolume).Select(VolumePaths.Refuse).FirstOrDefault(static defect => defect is not null);
        return error is null && ResourceConversions.TryApplyCheckpointed(plain, Common.Resources.From(all), out result, out error);
    }

    private static string? Refuse(OperationInfo info)
    {
        if (!info.Type.IsSpeculative())
        {
            return $"{info.Type} needs a resource provider, and this agent has none";
        }

        IReadOnlyList<Resource> named = OperationResources.NamedBy(info);
        IEnumerable<Resource> all = [.. named, .. info.Reserve?.Source ?? [], .. info.GrowVolume?.Addition is { } addition ? [addition] : (Resource[])[]];
        return named.Count == 0 ? $"{info.Type} names no resources"
            : ResourceRules.Validate(all) ?? (all.Any(ResourceQueries.HasResourceProvider) ? "This agent has no resource providers" : null);
    }
}

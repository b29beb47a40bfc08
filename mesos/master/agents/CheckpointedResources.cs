using System.Diagnostics.CodeAnalysis;
using Mesos.Common;
using Mesos.Proto;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;

namespace Mesos.Master.Agents;

/// <summary>What an agent has, from what it was started with and the reservations and volumes made since.</summary>
/// <remarks>Upstream: <c>applyCheckpointedResources</c> in src/common/resources_utils.cpp.</remarks>
internal static class CheckpointedResources
{
    /// <returns>False where a reservation or volume was made of something the agent does not have.</returns>
    public static bool TryApply(
        Resources given,
        Resources checkpointed,
        [NotNullWhen(true)] out Resources? total,
        [NotNullWhen(false)] out string? error)
    {
        (total, error) = (null, null);
        Resources result = given;
        foreach (Resource resource in checkpointed)
        {
            if (!resource.NeedsCheckpointing())
            {
                error = $"Unexpected checkpointed resources {Resources.From(resource)}";
                return false;
            }

            Resources source = Resources.From(Strip(resource));
            if (!result.Contains(source))
            {
                error = $"Incompatible agent resources: {result} does not contain {source}";
                return false;
            }

            result = result - source + resource;
        }

        total = result;
        return true;
    }

    /// <summary>What a resource was before it was reserved and made a volume at run time.</summary>
    private static Resource Strip(Resource resource)
    {
        Resource source = resource.Clone();
        while (source.Reservations.Count > 0 && source.Reservations[^1].Type == ReservationType.Dynamic)
        {
            source.Reservations.RemoveAt(source.Reservations.Count - 1);
        }

        source.Shared = null;
        if (source.Disk?.Persistence is not null)
        {
            if (source.Disk.Source is null)
            {
                source.Disk = null;
            }
            else
            {
                source.Disk.Persistence = null;
                source.Disk.Volume = null;
            }
        }

        return source;
    }
}

using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Whether a framework may use these offers together.</summary>
/// <remarks>Upstream: <c>offer::validate</c> in src/master/validation.cpp.</remarks>
internal static class OfferValidation
{
    public static string? Validate(IReadOnlyCollection<OfferID> ids, MasterState state, Framework framework)
    {
        if (ids.Count == 0)
        {
            return "No offers specified";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (OfferID id in ids)
        {
            if (!seen.Add(id.Value))
            {
                return $"Duplicate offer {id.Value} in offer list";
            }
        }

        MasterOffer? first = null;
        foreach (OfferID id in ids)
        {
            if (!state.Offers.TryGetValue(id.Value, out MasterOffer? offer) || offer.Accepted)
            {
                return $"Offer {id.Value} is no longer valid";
            }

            if (!ReferenceEquals(offer.Framework, framework))
            {
                return $"Offer {id.Value} has invalid framework {offer.Framework.Id} while framework {framework.Id} is expected";
            }

            first ??= offer;
            if (offer.Role != first.Role)
            {
                return $"Aggregated offers must be allocated to the same role. Offer {id.Value} uses role '{offer.Role}'"
                    + $" but another is using role '{first.Role}'";
            }

            if (!ReferenceEquals(offer.Agent, first.Agent))
            {
                return $"Aggregated offers must belong to one single agent. Offer {id.Value} uses agent {offer.Agent.Id}"
                    + $" and agent {first.Agent.Id}";
            }
        }

        return null;
    }
}

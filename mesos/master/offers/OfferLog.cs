using Microsoft.Extensions.Logging;

namespace Mesos.Master.Offers;

/// <summary>Events 2300 to 2399.</summary>
internal static partial class OfferLog
{
    [LoggerMessage(2301, LogLevel.Information, "Sending {Count} offers to framework {Framework}")]
    public static partial void Offering(this ILogger logger, string framework, int count);

    [LoggerMessage(2302, LogLevel.Warning, "Returned resources of agent {Agent} meant for framework {Framework}: one of the two is not there")]
    public static partial void AllocationReturned(this ILogger logger, string framework, string agent);

    [LoggerMessage(2303, LogLevel.Debug, "Removed offer {Offer}")]
    public static partial void OfferRemoved(this ILogger logger, string offer);

    [LoggerMessage(2305, LogLevel.Information, "Asking framework {Framework} to leave {Count} agents")]
    public static partial void InverseOffering(this ILogger logger, string framework, int count);

    [LoggerMessage(2306, LogLevel.Warning, "Ignored inverse offer {Offer} named by framework {Framework}: it is no longer valid")]
    public static partial void InverseOfferNoLongerValid(this ILogger logger, string offer, string framework);

    [LoggerMessage(2304, LogLevel.Warning, "Ignored offer {Offer} named by framework {Framework}: it is no longer valid")]
    public static partial void OfferNoLongerValid(this ILogger logger, string offer, string framework);
}

using Mesos.Proto.Authorization;

namespace Mesos.Common.Authorization;

/// <summary>Says who may do what. A master without one permits everything.</summary>
/// <remarks>
/// Upstream: <c>Authorizer</c> in include/mesos/authorizer/authorizer.hpp. It is asked inside events of the process that needs the answer:
/// return at once, and do what takes time behind the task. An exception counts as a refusal.
/// </remarks>
public interface IAuthorizer
{
    /// <summary>Whether the subject of a request may act on its object.</summary>
    /// <param name="request">Who (anybody when absent) wants to do what to what (anything when absent). Do not change it.</param>
    /// <param name="cancellationToken">Set when nobody waits for the answer any more.</param>
    ValueTask<bool> IsAuthorizedAsync(Request request, CancellationToken cancellationToken);
}

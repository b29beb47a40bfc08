using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;

namespace Mesos.Master.Allocator;

/// <summary>
/// Decides who is offered what. It learns of every change through these calls, which return at once, and answers through
/// <see cref="IOfferSink"/>. Any thread; calls of one caller take effect in order.
/// </summary>
/// <remarks>Upstream: include/mesos/allocator/allocator.hpp.</remarks>
internal interface IAllocator
{
    void AddFramework(string id, FrameworkInfo info, IReadOnlyDictionary<string, Resources> used, bool active, FrameworkOptions options);

    /// <summary>What the framework was allocated must have been recovered before.</summary>
    void RemoveFramework(string id);

    void ActivateFramework(string id);

    void DeactivateFramework(string id);

    void UpdateFramework(string id, FrameworkInfo info, FrameworkOptions options);

    /// <param name="info">How the agent describes itself; the allocator keeps a copy.</param>
    /// <param name="capabilities">What it can do.</param>
    /// <param name="total">All its resources, revocable ones too.</param>
    /// <param name="used">What frameworks already use of it, in allocated form.</param>
    void AddAgent(SlaveInfo info, AgentCapabilities capabilities, Resources total, IReadOnlyDictionary<string, Resources> used);

    /// <summary>An agent describes itself anew.</summary>
    void DescribeAgent(SlaveInfo info);

    void RemoveAgent(string id);

    void UpdateAgent(string id, AgentCapabilities capabilities, Resources total);

    void ActivateAgent(string id);

    void DeactivateAgent(string id);

    /// <summary>Gives back resources of an offer or a task, in allocated form.</summary>
    /// <param name="frameworkId">The framework that had them; unknown ones are ignored.</param>
    /// <param name="agentId">The agent they are on; unknown ones are ignored.</param>
    /// <param name="resources">What is free again.</param>
    /// <param name="filters">For how long the framework does not want them; null for no such wish, a message without time for the default.</param>
    void RecoverResources(string frameworkId, string agentId, Resources resources, Filters? filters);

    /// <summary>Resources an operation holds that were in nobody's hands, in allocated form.</summary>
    void Hold(string frameworkId, string agentId, Resources resources);

    /// <summary>Gives back what an operation held, as what it became.</summary>
    /// <param name="frameworkId">The framework that had it.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="held">What it held, in allocated form.</param>
    /// <param name="conversion">What the agent has instead, in unallocated form.</param>
    void RecoverConverted(string frameworkId, string agentId, Resources held, ResourceConversion conversion);

    /// <summary>What became of accepted offers, all in one step.</summary>
    void SettleOffers(string frameworkId, string agentId, OfferSettlement settlement);

    /// <summary>A hint, which this allocator ignores as the original's does.</summary>
    void RequestResources(string frameworkId, IReadOnlyList<Request> requests);

    /// <summary>No offers in these roles, or in all where none is named.</summary>
    void SuppressOffers(string frameworkId, IReadOnlySet<string> roles);

    /// <summary>Offers again in these roles, or in all where none is named, and forgets what was refused in them.</summary>
    void ReviveOffers(string frameworkId, IReadOnlySet<string> roles);
}

/// <summary>What became of accepted offers. Resources are in allocated form.</summary>
/// <param name="Conversions">What operations made of offered resources, in order; the agent has it from now on.</param>
/// <param name="Additional">Further copies of offered shared resources that tasks use.</param>
/// <param name="Converted">What operations made and nothing uses: free again.</param>
/// <param name="Declined">What was offered and is not used.</param>
/// <param name="Filters">For how long what was declined is not wanted.</param>
internal sealed record OfferSettlement(
    IReadOnlyCollection<ResourceConversion> Conversions,
    Resources Additional,
    Resources Converted,
    Resources Declined,
    Filters Filters);

/// <summary>What a framework says beside its description.</summary>
/// <param name="SuppressedRoles">Roles in which it wants no offers.</param>
/// <param name="Constraints">Which agents it wants to be offered.</param>
internal sealed record FrameworkOptions(IReadOnlySet<string> SuppressedRoles, OfferConstraintsFilter? Constraints = null);

/// <summary>Takes the allocator's decisions. Any thread.</summary>
internal interface IOfferSink
{
    /// <param name="frameworkId">The framework.</param>
    /// <param name="resources">What it gets, by role, then by agent, in allocated form.</param>
    void OnAllocated(string frameworkId, IReadOnlyDictionary<string, Dictionary<string, Resources>> resources);
}

using Google.Protobuf;
using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>A resource provider of an agent.</summary>
internal sealed class AgentProvider(ResourceProviderInfo info, Resources total, UUID resourceVersion)
{
    public string Id => Info.Id.Value;

    public ResourceProviderInfo Info { get; set; } = info;

    public Resources Total { get; set; } = total;

    /// <summary>Names the state of its resources; operations carry it so that one that is out of date is noticed.</summary>
    public UUID ResourceVersion { get; set; } = resourceVersion;
}

/// <summary>The operations on the resources of an agent, and the providers of those resources.</summary>
/// <remarks>Upstream: the operations of <c>struct Slave</c> in src/master/master.hpp.</remarks>
internal sealed class AgentOperations(Agent agent)
{
    private readonly Dictionary<ByteString, MasterOperation> byUuid = [];

    public IReadOnlyCollection<MasterOperation> All => byUuid.Values;

    public Dictionary<string, AgentProvider> Providers { get; } = new(StringComparer.Ordinal);

    /// <summary>What the providers have, less what operations of unknown frameworks hold.</summary>
    public Resources Provided => Providers.Values.Aggregate(Resources.Empty, (sum, provider) => sum + provider.Total)
        - byUuid.Values.Where(operation => operation is { Orphan: true, Pending: true })
            .Aggregate(Resources.Empty, (sum, operation) => sum + operation.Consumed.Unallocate());

    public MasterOperation? Find(ByteString uuid) => byUuid.GetValueOrDefault(uuid);

    /// <summary>The operations a provider carries out; with null those of the agent itself.</summary>
    public IEnumerable<MasterOperation> Of(string? providerId) => byUuid.Values.Where(operation => operation.ProviderId == providerId);

    public void Add(MasterOperation operation)
    {
        byUuid.Add(operation.Uuid, operation);
        if (operation is { Pending: true, Orphan: false, FrameworkId: { } frameworkId })
        {
            agent.Used.Add(frameworkId, operation.Consumed);
        }
    }

    /// <summary>An operation ended, or nobody answers for it any more.</summary>
    public void RecoverResources(MasterOperation operation)
    {
        if (operation is { Speculative: false, FrameworkId: { } frameworkId })
        {
            agent.Used.Subtract(frameworkId, operation.Consumed);
        }
    }

    /// <summary>Forgets an operation; what a pending one holds must be free by now.</summary>
    public void Remove(MasterOperation operation) => byUuid.Remove(operation.Uuid);

    /// <summary>What the agent has becomes something else.</summary>
    /// <param name="conversions">In unallocated form.</param>
    /// <returns>Null, or why it cannot; then nothing has changed.</returns>
    public string? Convert(IReadOnlyCollection<ResourceConversion> conversions)
    {
        if (!agent.TotalResources.TryApply(conversions, out Resources? total, out string? error))
        {
            return error;
        }

        agent.Convert(total);
        foreach (ResourceConversion conversion in conversions)
        {
            if (conversion.Consumed.FirstOrDefault()?.ProviderId is { } id && Providers.TryGetValue(id.Value, out AgentProvider? provider))
            {
                provider.Total = provider.Total - conversion.Consumed + conversion.Converted;
            }
        }

        return null;
    }
}

using Google.Protobuf;

namespace Mesos.Master.State;

/// <summary>The operations of a framework.</summary>
/// <remarks>Upstream: the operations of <c>struct Framework</c> in src/master/master.hpp.</remarks>
internal sealed class FrameworkOperations(ResourceLedger used)
{
    private readonly Dictionary<ByteString, MasterOperation> byUuid = [];
    private readonly Dictionary<string, MasterOperation> byId = new(StringComparer.Ordinal);

    public IReadOnlyCollection<MasterOperation> All => byUuid.Values;

    /// <summary>The operation with the id the framework gave it; of several with one id the latest.</summary>
    public MasterOperation? Find(string id) => byId.GetValueOrDefault(id);

    public void Add(MasterOperation operation)
    {
        byUuid.Add(operation.Uuid, operation);
        if (operation.Id is { } id)
        {
            byId[id] = operation;
        }

        if (operation is { Pending: true, Orphan: false })
        {
            used.Add(operation.AgentId, operation.Consumed);
        }
    }

    /// <summary>An operation ended.</summary>
    public void RecoverResources(MasterOperation operation)
    {
        if (!operation.Speculative)
        {
            used.Subtract(operation.AgentId, operation.Consumed);
        }
    }

    /// <summary>Forgets an operation; what a pending one holds must be free by now.</summary>
    public void Remove(MasterOperation operation)
    {
        byUuid.Remove(operation.Uuid);
        if (operation.Id is { } id && byId.TryGetValue(id, out MasterOperation? known) && known == operation)
        {
            byId.Remove(id);
        }
    }
}

using Google.Protobuf;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.State;

/// <summary>An operation that was sent to an agent or reported by one, until its end is acknowledged.</summary>
/// <remarks>Upstream: message <c>Operation</c>. Its state changes only through <see cref="Operations.OperationLifecycle"/>.</remarks>
internal sealed class MasterOperation
{
    private MasterOperation(Operation info, Resources consumed)
    {
        (Info, Consumed) = (info, consumed);
        ProviderId = OperationResources.ProviderOf(info.Info)?.Value;
    }

    /// <summary>The operation in the form in which agents report it.</summary>
    public Operation Info { get; }

    public ByteString Uuid => Info.Uuid.Value;

    /// <summary>Null for an operator's.</summary>
    public string? FrameworkId => Info.FrameworkId?.Value;

    public string AgentId => Info.SlaveId.Value;

    /// <summary>The resource provider that carries it out; null for the agent itself.</summary>
    public string? ProviderId { get; }

    /// <summary>The id by which the framework knows it; null where the framework wants no feedback.</summary>
    public string? Id => Info.Info.Id?.Value;

    public OperationType Type => Info.Info.Type;

    public OperationState State => Info.LatestStatus.State;

    public bool Speculative => Type.IsSpeculative();

    /// <summary>What it takes away until it has ended, allocated.</summary>
    public Resources Consumed { get; }

    /// <summary>Its framework is not known (any more): what it takes is missing in the total of the agent instead of being allocated.</summary>
    public bool Orphan { get; set; }

    /// <summary>Whether resources are held for it: those of a speculative one count as converted from the start.</summary>
    public bool Pending => !Speculative && !State.IsTerminal();

    /// <summary>The last status that was reported; before the first, the one it was sent with.</summary>
    public OperationStatus LastReported => Info.Statuses.Count > 0 ? Info.Statuses[^1] : Info.LatestStatus;

    /// <summary>Takes an operation over, or says why it makes no sense.</summary>
    public static MasterOperation? TryCreate(Operation info, out string? error) =>
        OperationResources.TryGetConsumed(info.Info, out Resources? consumed, out error) ? new MasterOperation(info, consumed) : null;
}

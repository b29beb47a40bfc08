using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.Accept;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Operations;

/// <summary>
/// Sends operations to agents. With resource providers an agent is told of each operation and reports what became of it;
/// without them it is told of all that it has to keep on disk, and reports nothing.
/// </summary>
/// <remarks>Upstream: <c>Master::_apply</c> in src/master/master.cpp.</remarks>
internal sealed class OperationDispatch(IMasterContext context, OperationLifecycle lifecycle)
{
    /// <param name="agent">Connected.</param>
    /// <param name="framework">Whose operation it is; null for an operator's.</param>
    /// <param name="info">Validated; its resources are those of one provider.</param>
    /// <returns>Null, or why it cannot be sent; then nothing has changed.</returns>
    public string? Send(Agent agent, Framework? framework, Offer.Types.Operation info)
    {
        string? providerId = OperationResources.ProviderOf(info)?.Value;
        UUID? version = VersionOf(agent, providerId, out string? problem);
        if (problem is not null || (info.Type.IsSpeculative() && (problem = Convert(agent, info)) is not null))
        {
            return problem;
        }

        if (agent.Capabilities.ResourceProvider)
        {
            Apply(agent, framework, info, providerId, version!);
        }
        else
        {
            Checkpoint(agent);
        }

        framework?.Metrics?.OperationSent(info.Type);
        return null;
    }

    /// <summary>Which state of the resources the operation is meant for; null for an agent without resource providers.</summary>
    private static UUID? VersionOf(Agent agent, string? providerId, out string? problem)
    {
        UUID? version = agent.ResourceVersion;
        problem = null;
        if (!agent.Capabilities.ResourceProvider)
        {
            problem = providerId is null ? null : $"Agent {agent.Id} has no resource providers";
        }
        else if (providerId is null)
        {
            problem = version is null ? $"Agent {agent.Id} has not told the version of its resources" : null;
        }
        else if (agent.Operations.Providers.TryGetValue(providerId, out AgentProvider? provider))
        {
            version = provider.ResourceVersion;
        }
        else
        {
            problem = $"Resource provider {providerId} is unknown";
        }

        return version;
    }

    private static string? Convert(Agent agent, Offer.Types.Operation info)
    {
        // What an agent has is allocated to nobody.
        Offer.Types.Operation stripped = info.Clone();
        AllocationInfos.Strip(stripped);
        return ResourceConversions.TryGet(stripped, out IReadOnlyList<ResourceConversion>? conversions, out string? error)
            ? agent.Operations.Convert(conversions)
            : error;
    }

    private void Apply(Agent agent, Framework? framework, Offer.Types.Operation info, string? providerId, UUID version)
    {
        Guid uuid = context.Random.NewUuid();
        var agentId = new SlaveID { Value = agent.Id };
        ResourceProviderID? provider = providerId is null ? null : new ResourceProviderID { Value = providerId };
        FrameworkID? frameworkId = framework is null ? null : new FrameworkID { Value = framework.Id };
        OperationStatus pending = Common.Protobuf.Operations.CreateStatus(
            OperationState.OperationPending, info.Id, slaveId: agentId, resourceProviderId: provider);
        MasterOperation operation =
            MasterOperation.TryCreate(Common.Protobuf.Operations.Create(info, pending, frameworkId, agentId, uuid), out string? error)
            ?? throw new InvalidOperationException(error);
        lifecycle.Add(agent, operation);
        context.Logger.OperationSent(operation.Id ?? string.Empty, OperationNames.Of(info.Type), uuid, agent.Id);
        context.Send(agent.Pid, new ApplyOperationMessage
        {
            FrameworkId = frameworkId?.Clone(),
            OperationInfo = info.Clone(),
            OperationUuid = new UUID { Value = UuidBytes.ToByteString(uuid) },
            ResourceVersionUuid = new ResourceVersionUUID { ResourceProviderId = provider?.Clone(), Uuid = version.Clone() },
        });
    }

    private void Checkpoint(Agent agent)
    {
        var message = new CheckpointResourcesMessage();
        agent.CheckpointedResources.CopyTo(message.Resources);
        if (!agent.Capabilities.ReservationRefinement && !ResourceFormat.TryDowngradeAll(message))
        {
            // Made for a program it no longer runs.
            context.Logger.CheckpointedNotSent(agent.Id);
            return;
        }

        context.Logger.CheckpointedSent(agent.CheckpointedResources.ToString(), agent.Id);
        context.Send(agent.Pid, message);
    }
}

using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Operations;

/// <summary>
/// What agents report of their operations and resource providers: operations an earlier master started are taken over, an agent
/// is asked about those it does not list, and what a provider has is what it says.
/// </summary>
/// <remarks>Upstream: <c>Master::updateSlave</c> in src/master/master.cpp, which ends on reports that contradict what it knows; here the report wins.</remarks>
internal sealed class AgentReport(IMasterContext context, IAllocator allocator, OperationLifecycle lifecycle)
{
    /// <param name="agent">Who reports.</param>
    /// <param name="message">Valid, in the format with a stack of reservations.</param>
    /// <returns>Whether the total of the agent is another one; the caller tells the allocator.</returns>
    public bool Take(Agent agent, UpdateSlaveMessage message)
    {
        Resources before = agent.TotalResources;
        var questions = new ReconcileOperationsMessage();
        Compare(agent, null, message.Operations?.Operations_ ?? [], questions);
        if (message.ResourceProviders is { } providers)
        {
            RemoveGone(agent, [.. providers.Providers.Select(provider => provider.Info.Id.Value)]);
            foreach (UpdateSlaveMessage.Types.ResourceProvider provider in providers.Providers)
            {
                Take(agent, provider, questions);
            }
        }

        if (questions.Operations.Count > 0)
        {
            context.Send(agent.Pid, questions);
        }

        return agent.TotalResources != before;
    }

    private void Take(Agent agent, UpdateSlaveMessage.Types.ResourceProvider reported, ReconcileOperationsMessage questions)
    {
        string id = reported.Info.Id.Value;
        var total = Resources.From(reported.TotalResources);
        if (agent.Operations.Providers.TryGetValue(id, out AgentProvider? known))
        {
            EndReported(agent, id, reported.Operations?.Operations_ ?? []);
            agent.TotalResources = agent.TotalResources.Where(resource => resource.ProviderId?.Value != id);
            (known.Info, known.ResourceVersion, known.Total) = (reported.Info, reported.ResourceVersionUuid, total);
        }
        else
        {
            agent.Operations.Providers[id] = new AgentProvider(reported.Info, total, reported.ResourceVersionUuid);
        }

        context.Logger.ProviderUpdated(id, agent.Id, total.ToString());
        agent.TotalResources += total;

        // What operations of unknown frameworks hold is not there for others.
        agent.TotalResources -= HeldByOrphans(agent, id);
        Compare(agent, id, reported.Operations?.Operations_ ?? [], questions);
    }

    private static Resources HeldByOrphans(Agent agent, string providerId) => agent.Operations.Of(providerId)
        .Where(operation => operation is { Orphan: true, Pending: true })
        .Aggregate(Resources.Empty, (sum, operation) => sum + operation.Consumed.Unallocate());

    /// <summary>Operations that ended while the report was on its way: the reported total has them in it already.</summary>
    private void EndReported(Agent agent, string providerId, IEnumerable<Operation> reported)
    {
        foreach (Operation operation in reported)
        {
            if (agent.Operations.Find(operation.Uuid.Value) is { } known && known.ProviderId == providerId
                && !known.State.IsTerminal() && operation.LatestStatus.State.IsTerminal())
            {
                lifecycle.Update(known, operation.LatestStatus, convert: false);
            }
        }
    }

    private void Compare(Agent agent, string? providerId, IReadOnlyCollection<Operation> reported, ReconcileOperationsMessage questions)
    {
        HashSet<Google.Protobuf.ByteString> listed = [.. reported.Select(operation => operation.Uuid.Value)];
        foreach (MasterOperation operation in agent.Operations.Of(providerId).Where(operation => !listed.Contains(operation.Uuid)))
        {
            context.Logger.OperationMissingOnAgent(agent.Id, operation.Id ?? string.Empty);
            questions.Operations.Add(new ReconcileOperationsMessage.Types.Operation
            {
                OperationUuid = operation.Info.Uuid.Clone(),
                ResourceProviderId = providerId is null ? null : new ResourceProviderID { Value = providerId },
            });
        }

        foreach (Operation operation in reported)
        {
            if (agent.Operations.Find(operation.Uuid.Value) is null)
            {
                Learn(agent, providerId, operation);
            }
        }
    }

    /// <summary>An operation that an earlier master started.</summary>
    private void Learn(Agent agent, string? providerId, Operation reported)
    {
        Operation taken = reported.Clone();
        taken.SlaveId = new SlaveID { Value = agent.Id };
        string? error = null;
        MasterOperation? operation = UuidBytes.IsValid(reported.Uuid.Value.Span) ? MasterOperation.TryCreate(taken, out error) : null;
        if (operation is null || operation.ProviderId != providerId || (operation.Pending && operation.FrameworkId is null))
        {
            context.Logger.ReportedOperationIgnored(agent.Id, error ?? "its uuid, its provider or its framework is not valid");
            return;
        }

        lifecycle.Add(agent, operation);
        if (operation is { Pending: true, Orphan: false })
        {
            allocator.Hold(operation.FrameworkId!, agent.Id, operation.Consumed);
        }
    }

    private void RemoveGone(Agent agent, HashSet<string> listed)
    {
        foreach (string id in agent.Operations.Providers.Keys.Where(id => !listed.Contains(id)).ToArray())
        {
            context.Logger.ProviderGone(id, agent.Id);
            foreach (MasterOperation operation in agent.Operations.Of(id).ToArray())
            {
                lifecycle.Remove(agent, operation);
            }

            agent.Operations.Providers.Remove(id);
            agent.TotalResources = agent.TotalResources.Where(resource => resource.ProviderId?.Value != id);
        }
    }
}

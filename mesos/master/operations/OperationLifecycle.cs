using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Operations;

/// <summary>
/// Operations begin, change and end here and nowhere else, so that what they hold is held in three places at once: agent,
/// framework, allocator. What a speculative one makes counts from the moment it is sent; another holds what it consumes until
/// it has ended. An orphan, whose framework is not known, holds it by making the agent smaller.
/// </summary>
/// <remarks>Upstream: <c>addOperation</c>, <c>updateOperation</c>, <c>removeOperation</c> in src/master/master.cpp, <c>markOperationAsOrphan</c>.</remarks>
internal sealed class OperationLifecycle(IMasterContext context, MasterState state, IAllocator allocator)
{
    /// <summary>Enters an operation that is sent or reported. The allocator is told by the caller: only it knows what the resources were before.</summary>
    public void Add(Agent agent, MasterOperation operation)
    {
        context.Metrics.Operations.Add(operation.Type, operation.State);
        Framework? framework = state.Frameworks.Find(operation.FrameworkId);
        operation.Orphan = framework is null && !operation.Speculative;
        agent.Operations.Add(operation);
        framework?.Operations.Add(operation);
        if (operation.Orphan)
        {
            Orphaned(agent, operation);
        }
    }

    /// <summary>Takes a status over.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="status">The latest status.</param>
    /// <param name="convert">Whether its end is still to change what the agent has; false where the agent's report says already.</param>
    public void Update(MasterOperation operation, OperationStatus status, bool convert)
    {
        OperationState before = operation.State;
        if (before.IsTerminal())
        {
            // It stays as it ended.
        }
        else
        {
            context.Metrics.Operations.Move(operation.Type, before, status.State);
            operation.Info.LatestStatus = status.Clone();
        }

        if (operation.Info.Statuses.Count == 0 || !operation.Info.Statuses[^1].Equals(status))
        {
            operation.Info.Statuses.Add(status.Clone());
        }

        context.Logger.OperationUpdated(
            operation.Id ?? string.Empty, operation.FrameworkId ?? string.Empty, operation.AgentId, status.State.WireName());
        if (!before.IsTerminal() && status.State.IsTerminal() && !operation.Speculative && state.Agents.Find(operation.AgentId) is { } agent)
        {
            End(agent, operation, convert);
        }
    }

    /// <summary>Forgets an operation; a pending one gives back what it holds.</summary>
    public void Remove(Agent agent, MasterOperation operation)
    {
        if (operation.Pending)
        {
            context.Metrics.Operations.Remove(operation.Type, operation.State);
            if (operation.Orphan)
            {
                agent.TotalResources += operation.Consumed.Unallocate();
            }
            else
            {
                Release(agent, operation);
                allocator.RecoverResources(operation.FrameworkId!, agent.Id, operation.Consumed, filters: null);
            }
        }
        else if (!operation.State.IsTerminal())
        {
            context.Metrics.Operations.Remove(operation.Type, operation.State);
        }

        state.Frameworks.Find(operation.FrameworkId)?.Operations.Remove(operation);
        agent.Operations.Remove(operation);
    }

    /// <summary>A framework is gone for good: what its pending operations hold stays away from everybody until they end.</summary>
    public void OrphanAll(Framework framework)
    {
        foreach (MasterOperation operation in framework.Operations.All.ToArray())
        {
            if (operation is { Speculative: false, Orphan: false } && state.Agents.Find(operation.AgentId) is { } agent)
            {
                if (operation.Pending)
                {
                    Release(agent, operation);
                }

                operation.Orphan = true;
                Orphaned(agent, operation);
                if (operation.Pending)
                {
                    // Smaller first, so that nobody is offered it in between.
                    allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
                    allocator.RecoverResources(framework.Id, agent.Id, operation.Consumed, filters: null);
                }
            }

            framework.Operations.Remove(operation);
        }
    }

    /// <summary>A framework nobody knew has become known: its operations are its own again. Before the allocator hears of the framework.</summary>
    public void Adopt(Framework framework)
    {
        foreach (Agent agent in state.Agents.Registered)
        {
            foreach (MasterOperation operation in agent.Operations.All.Where(operation => operation.FrameworkId == framework.Id))
            {
                bool held = operation is { Orphan: true, Pending: true };
                operation.Orphan = false;
                framework.Operations.Add(operation);
                if (!held)
                {
                    continue;
                }

                context.Logger.OperationAdopted(operation.Id ?? string.Empty, framework.Id, agent.Id);
                agent.TotalResources += operation.Consumed.Unallocate();
                agent.Used.Add(framework.Id, operation.Consumed);
                allocator.Hold(framework.Id, agent.Id, operation.Consumed);
                allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
            }
        }
    }

    private void End(Agent agent, MasterOperation operation, bool convert)
    {
        Resources consumed = operation.Consumed.Unallocate();
        bool finished = operation.State == OperationState.OperationFinished;
        var converted = Resources.From(operation.Info.LatestStatus.ConvertedResources);
        if (operation.Orphan)
        {
            if (finished && !convert)
            {
                // The agent's total says it already.
                return;
            }

            agent.TotalResources += finished ? converted.Unallocate() : consumed;
            allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
            return;
        }

        Release(agent, operation);
        if (!finished || !convert)
        {
            allocator.RecoverResources(operation.FrameworkId!, agent.Id, operation.Consumed, filters: null);
            return;
        }

        var conversion = new ResourceConversion(consumed, converted.Unallocate());
        if (agent.Operations.Convert([conversion]) is { } problem)
        {
            context.Logger.ConversionFailed(agent.Id, problem);
            allocator.RecoverResources(operation.FrameworkId!, agent.Id, operation.Consumed, filters: null);
            return;
        }

        allocator.RecoverConverted(operation.FrameworkId!, agent.Id, operation.Consumed, conversion);
    }

    private void Orphaned(Agent agent, MasterOperation operation)
    {
        context.Logger.OperationOrphaned(operation.Id ?? string.Empty, operation.FrameworkId ?? string.Empty, agent.Id);
        if (operation.Pending)
        {
            agent.TotalResources -= operation.Consumed.Unallocate();
        }
    }

    private void Release(Agent agent, MasterOperation operation)
    {
        agent.Operations.RecoverResources(operation);
        state.Frameworks.Find(operation.FrameworkId)?.Operations.RecoverResources(operation);
    }
}

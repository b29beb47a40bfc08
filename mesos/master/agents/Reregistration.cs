using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.Frameworks;
using Mesos.Master.Operations;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Agents that come back: to the master that knows them, or to one that has to learn from them.</summary>
/// <remarks>Upstream: <c>Master::reregisterSlave</c> and its continuations in src/master/master.cpp.</remarks>
internal sealed class Reregistration(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    IRegistrar registrar,
    Draining draining,
    AgentActivation activation,
    KnownAgentReconciliation reconciliation,
    ReturningAgent returning,
    FrameworkRecovery recovery,
    OperationLifecycle operations,
    PeerAuthentication authentication)
{
    private const string MarkedGone = "Agent has been marked gone";

    public async Task OnReregisterAsync(UPid from, ReregisterSlaveMessage message)
    {
        context.Metrics.MessagesReregisterAgent.Increment();
        string? id = message.Slave.Id?.Value;
        if (authentication.CheckAgent(from) is { } unproven)
        {
            context.Logger.ReregistrationRefused(id ?? string.Empty, from, unproven);
            return;
        }

        if (id is not null && state.Agents.Gone.ContainsKey(id))
        {
            ShutDown(from, id, MarkedGone);
            return;
        }

        if (Check(from, message, out Resources? total) is { } problem)
        {
            context.Logger.ReregistrationRefused(id ?? string.Empty, from, problem);
            return;
        }

        if (state.Machines.IsDown(Agent.MachineOf(message.Slave, from)))
        {
            ShutDown(from, id!, Registration.MachineDown);
            return;
        }

        if (state.Agents.Find(id) is { } known
            && (known.Pid.Address.Ip != from.Address.Ip || known.Info.Hostname != message.Slave.Hostname))
        {
            ShutDown(from, known.Id, "Agent attempted to reregister with different IP / hostname");
            return;
        }

        if (state.Agents.Find(id) is { } back && IsRetry(back, from, message))
        {
            context.Logger.BackAlready(back.Id);
            reconciliation.AnswerAgain(back, message);
            return;
        }

        state.Agents.Reregistering.Add(id!);
        bool wasRegistered = state.Agents.Find(id) is not null;

        // Attempts that wait already are then known to be others of the same return, and not answered.
        await Task.Yield();
        RegistryAnswer answer = OperationFor(message.Slave) is { } operation
            ? await registrar.WriteAsync(context, operation, "let an agent back in")
            : new RegistryAnswer(Applied: true, Refusal: null);
        state.Agents.Reregistering.Remove(id!);
        if (state.Agents.Gone.ContainsKey(id!))
        {
            ShutDown(from, id!, MarkedGone);
        }
        else if (!answer.Applied || state.Agents.MarkingGone.Contains(id!) || (wasRegistered && state.Agents.Find(id) is null))
        {
            // In the last case it was removed meanwhile, and will be let in at its next attempt.
            context.Logger.ReregistrationRefused(id!, from, answer.Refusal ?? "it was removed, or is being marked gone");
        }
        else
        {
            Enter(from, message, total!);
        }
    }

    /// <summary>
    /// Whether the agent tries again what has succeeded, the answer being on its way. Operations and tasks may be as well: what it says
    /// of its volumes, reservations and executors is out of date. Upstream takes its word, and has other resources than the agent from
    /// then on.
    /// </summary>
    private static bool IsRetry(Agent agent, UPid from, ReregisterSlaveMessage message) =>
        agent is { OwesReport: true, Connected: true, ResourceVersion: not null }
        && agent.Pid == from && agent.ResourceVersion.Equals(message.ResourceVersionUuid) && agent.Info.Equals(message.Slave);

    private string? Check(UPid from, ReregisterSlaveMessage message, out Resources? total)
    {
        total = null;
        string id = message.Slave.Id?.Value ?? string.Empty;
        if (!from.IsValid)
        {
            return "its address is not valid";
        }

        if (state.Agents.Reregistering.Contains(id) || state.Agents.MarkingUnreachable.Contains(id) || state.Agents.Removing.Contains(id)
            || state.Agents.MarkingGone.Contains(id))
        {
            return "the registry is being changed for this agent";
        }

        ResourceFormat.UpgradeAll(message);
        return RegistrationValidation.Validate(message)
            ?? RegistrationValidation.ValidateVersion(message.Version)
            ?? RegistrationValidation.ValidateDomain(message.Slave, context.Options)
            ?? AllocationInfo.Inject(message)
            ?? (ResourceConversions.TryApplyCheckpointed(
                Resources.From(message.Slave.Resources), Resources.From(message.CheckpointedResources), out total, out string? error)
                ? null
                : error);
    }

    /// <summary>What the registry has to learn; null where it knows the agent as it is.</summary>
    private RegistryOperation? OperationFor(SlaveInfo info)
    {
        SlaveInfo? recorded = state.Agents.Find(info.Id.Value)?.Info ?? state.Agents.Recovered.GetValueOrDefault(info.Id.Value);
        return recorded is null ? new MarkAgentReachable(info.Clone())
            : recorded.Equals(info) ? null
            : new UpdateAgent(info.Clone());
    }

    private void Enter(UPid from, ReregisterSlaveMessage message, Resources total)
    {
        // Looked up again: the agent may have been taken for lost, or have left, while the registry was written.
        if (state.Agents.Find(message.Slave.Id.Value) is not { } agent)
        {
            Agent entered = returning.Enter(from, message, total);
            TellFrameworks(entered, message.Frameworks);
            return;
        }

        if (agent.Pid != from)
        {
            state.Agents.Move(agent, from);
        }

        context.Link(from);
        var capabilities = AgentCapabilities.Of(message.AgentCapabilities);

        ForgetUnacknowledged(agent, capabilities);

        // With resource providers the agent's word counts, without them the master's.
        bool agentDecides = agent.Capabilities.ResourceProvider;
        Resources checkpointed = agentDecides ? Resources.From(message.CheckpointedResources) : agent.CheckpointedResources;
        if (!agentDecides
            && !ResourceConversions.TryApplyCheckpointed(Resources.From(message.Slave.Resources), checkpointed, out total!, out string? error))
        {
            ShutDown(from, agent.Id, error);
            return;
        }

        agent.Update(message.Slave, message.Version, capabilities, checkpointed, total + agent.OversubscribedResources + agent.Operations.Provided, message.ResourceVersionUuid);
        (agent.ReregisteredTime, agent.OwesReport) = (context.Now, agent.Capabilities.ResourceProvider);
        allocator.DescribeAgent(agent.Info);
        allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
        reconciliation.Reconcile(agent, message);
        Reconnect(agent);

        // With resource providers the master learns from the first report only what is still under way.
        if (draining.Tell(agent) && !agent.Capabilities.ResourceProvider)
        {
            draining.Check(agent);
        }

        TellFrameworks(agent, message.Frameworks);
        if (!agent.Capabilities.ResourceProvider)
        {
            SendCheckpointed(agent);
        }
    }

    /// <summary>An older program runs on the agent now, to which ends of operations on its own resources cannot be acknowledged.</summary>
    private void ForgetUnacknowledged(Agent agent, AgentCapabilities now)
    {
        if (agent.Capabilities.AgentOperationFeedback && !now.AgentOperationFeedback)
        {
            foreach (MasterOperation operation in agent.Operations.All
                .Where(operation => operation is { ProviderId: null, Id: not null } && operation.State.IsTerminal())
                .ToArray())
            {
                operations.Remove(agent, operation);
            }
        }
    }

    private void Reconnect(Agent agent)
    {
        agent.Observer?.Reconnected(agent.Pid);
        if (agent.Connected)
        {
            return;
        }

        agent.ReregistrationTimer?.Dispose();
        (agent.ReregistrationTimer, agent.Connected) = (null, true);
        activation.Activate(agent);
    }

    /// <summary>Tells the agent of changes it missed; a framework nobody knows is learned from it.</summary>
    private void TellFrameworks(Agent agent, IEnumerable<FrameworkInfo> frameworks)
    {
        foreach (FrameworkInfo info in frameworks)
        {
            if (state.Frameworks.Find(info.Id.Value) is { } framework)
            {
                context.Send(agent.Pid, new UpdateFrameworkMessage
                {
                    FrameworkId = new FrameworkID { Value = framework.Id },
                    FrameworkInfo = framework.Info.Clone(),
                    Pid = framework.PidText(),
                });
            }
            else if (!state.Frameworks.Completed.Contains(info.Id.Value))
            {
                recovery.Recover(info);
            }
        }
    }

    private void SendCheckpointed(Agent agent)
    {
        var message = new CheckpointResourcesMessage();
        agent.CheckpointedResources.CopyTo(message.Resources);
        if (agent.Capabilities.ReservationRefinement || ResourceFormat.TryDowngradeAll(message))
        {
            context.Send(agent.Pid, message);
        }
    }

    private void ShutDown(UPid pid, string id, string reason)
    {
        context.Logger.ReregistrationRefused(id, pid, reason);
        context.Send(pid, new ShutdownMessage { Message = reason });
    }
}

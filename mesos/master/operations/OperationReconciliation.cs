using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Question = Mesos.Proto.Scheduler.Call.Types.ReconcileOperations.Types.Operation;

namespace Mesos.Master.Operations;

/// <summary>Answers frameworks that ask for the state of their operations. Answers carry no uuid of a status.</summary>
/// <remarks>Upstream: <c>Master::reconcileOperations</c> in src/master/master.cpp.</remarks>
internal sealed class OperationReconciliation(IMasterContext context, MasterState state, OperationForwarding forwarding)
{
    /// <summary>Answers for the named operations in their order, or for all the framework has where none is named.</summary>
    public void Reconcile(Framework framework, IReadOnlyCollection<Question> questions)
    {
        context.Metrics.MessagesReconcileOperations.Increment();
        context.Logger.ReconcilingOperations(framework.Id, questions.Count);
        if (questions.Count == 0)
        {
            foreach (MasterOperation operation in framework.Operations.All)
            {
                forwarding.Tell(framework, LatestOf(operation));
            }
        }

        // What only an agent can answer is asked there in one message.
        var passedOn = new OrderedDictionary<string, ReconcileOperationsMessage>(StringComparer.Ordinal);
        foreach (Question question in questions)
        {
            if (Answer(framework, question) is { } answer)
            {
                forwarding.Tell(framework, answer);
            }
            else
            {
                PassOn(passedOn, framework, question);
            }
        }

        foreach ((string agentId, ReconcileOperationsMessage message) in passedOn)
        {
            context.Send(state.Agents.Find(agentId)!.Pid, message);
        }
    }

    private static void PassOn(OrderedDictionary<string, ReconcileOperationsMessage> passedOn, Framework framework, Question question)
    {
        if (!passedOn.TryGetValue(question.SlaveId.Value, out ReconcileOperationsMessage? message))
        {
            message = new ReconcileOperationsMessage { FrameworkId = new FrameworkID { Value = framework.Id } };
            passedOn[question.SlaveId.Value] = message;
        }

        message.Operations.Add(new ReconcileOperationsMessage.Types.Operation
        {
            OperationId = question.OperationId.Clone(),
            ResourceProviderId = question.ResourceProviderId.Clone(),
        });
    }

    /// <summary>The answer; null where the agent has to give it.</summary>
    private OperationStatus? Answer(Framework framework, Question question)
    {
        AgentTable agents = state.Agents;
        string? id = question.SlaveId?.Value;
        if (framework.Operations.Find(question.OperationId.Value) is { } operation)
        {
            return LatestOf(operation);
        }

        if (id is null)
        {
            return Status(OperationState.OperationUnknown, "Reconciliation: Operation is unknown and no 'agent_id' was provided");
        }

        if (agents.Recovered.ContainsKey(id))
        {
            return Status(OperationState.OperationRecovering, "Reconciliation: Agent is recovered but has not re-registered");
        }

        if (agents.Find(id) is { } agent)
        {
            // A provider that is away may be one the agent has seen before.
            return question.ResourceProviderId is { } provider
                && !agent.Operations.Providers.ContainsKey(provider.Value)
                && agent.Capabilities.AgentOperationFeedback
                    ? null
                    : Status(OperationState.OperationUnknown, "Reconciliation: Operation is unknown");
        }

        return agents.Unreachable.ContainsKey(id)
            ? Status(OperationState.OperationUnreachable, "Reconciliation: Agent is unreachable")
            : agents.Gone.ContainsKey(id)
                ? Status(OperationState.OperationGoneByOperator, "Reconciliation: Agent marked gone by operator")
                : Status(OperationState.OperationUnknown, "Reconciliation: Both operation and agent are unknown");

        OperationStatus Status(OperationState newState, string message) => Common.Protobuf.Operations.CreateStatus(
            newState, question.OperationId, message, slaveId: question.SlaveId, resourceProviderId: question.ResourceProviderId);
    }

    private static OperationStatus LatestOf(MasterOperation operation)
    {
        OperationStatus status = operation.LastReported.Clone();
        status.Uuid = null;
        return status;
    }
}

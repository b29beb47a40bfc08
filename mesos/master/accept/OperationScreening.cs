using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Accept;

/// <summary>
/// Which operations of a call are looked at at all: those with their content, with resources that are well formed, and with
/// feedback only where somebody can give and hear it. What passes is completed: format of the resources, role, executor.
/// </summary>
/// <remarks>Upstream: <c>Master::accept</c> in src/master/master.cpp.</remarks>
internal sealed class OperationScreening(IMasterContext context, OperationDrop drop, TaskAnswers answers)
{
    private const string NoFeedback = "The 'id' field was set in an offer operation, but operation feedback is not supported for the SchedulerDriver API";

    public List<Offer.Types.Operation> Screen(Framework framework, Agent agent, string role, IEnumerable<Offer.Types.Operation> operations)
    {
        List<Offer.Types.Operation> passed = [];
        foreach (Offer.Types.Operation operation in operations)
        {
            if (Passes(framework, agent, operation))
            {
                Complete(framework, role, operation);
                passed.Add(operation);
            }
        }

        return passed;
    }

    private bool Passes(Framework framework, Agent agent, Offer.Types.Operation operation)
    {
        string? problem = OperationContentValidation.Validate(operation)
            ?? (operation.Reserve?.Source.Count > 0 ? "Reservation updates are not yet implemented for the scheduler API." : null);
        switch (operation.Type)
        {
            case OperationType.Unknown:
                context.Logger.OperationDropped(OperationNames.Of(operation.Type), framework.Id, "its type is unknown");
                return false;
            case OperationType.Launch or OperationType.LaunchGroup:
                problem ??= operation.Id is null ? null : $"The `id` field cannot be set on {OperationNames.Of(operation.Type)} operations";
                if (problem is not null)
                {
                    Reason reason = operation.Type == OperationType.Launch ? Reason.TaskInvalid : Reason.TaskGroupInvalid;
                    answers.Answer(framework, TaskAnswers.TasksOf(operation), TaskState.TaskError, reason, problem);
                }

                return problem is null;
            default:
                if (problem is not null)
                {
                    drop.Drop(framework, operation, "Operation attempted with invalid resources: " + problem);
                }

                return problem is null && (operation.Id is null || MayHaveFeedback(framework, agent, operation));
        }
    }

    private bool MayHaveFeedback(Framework framework, Agent agent, Offer.Types.Operation operation)
    {
        if (!framework.Http)
        {
            // It ends the driver, which could wait for an answer forever.
            context.Logger.OperationDropped(OperationNames.Of(operation.Type), framework.Id, NoFeedback);
            context.Send(framework, new FrameworkErrorMessage { Message = NoFeedback + "; please use the HTTP scheduler API for this feature" });
            return false;
        }

        string? missing =
            !agent.Capabilities.ResourceProvider
                ? $"Operation requested feedback, but agent {agent.Id} does not have the required RESOURCE_PROVIDER capability"
            : OperationResources.ProviderOf(operation) is null && !agent.Capabilities.AgentOperationFeedback
                ? $"Operation on agent default resources requested feedback, but agent {agent.Id} does not have the required"
                    + " AGENT_OPERATION_FEEDBACK and RESOURCE_PROVIDER capabilities"
            : null;
        if (missing is not null)
        {
            drop.Drop(framework, operation, missing);
        }

        return missing is null;
    }

    /// <summary>Fills in what frameworks may leave out.</summary>
    private static void Complete(Framework framework, string role, Offer.Types.Operation operation)
    {
        ResourceFormat.UpgradeAll(operation);
        AllocationInfos.Inject(operation, role);
        if (operation.Type == OperationType.LaunchGroup)
        {
            // Readers of tasks find their executor there.
            foreach (TaskInfo task in operation.LaunchGroup.TaskGroup.Tasks)
            {
                task.Executor ??= operation.LaunchGroup.Executor.Clone();
            }

            return;
        }

        foreach (TaskInfo task in TaskAnswers.TasksOf(operation))
        {
            if (task.Executor is { } executor)
            {
                executor.FrameworkId ??= new FrameworkID { Value = framework.Id };
            }

            if (task.HealthCheck is { HasType: false } check)
            {
                CompleteType(check);
            }
        }
    }

    private static void CompleteType(HealthCheck check)
    {
        if (check.Command is not null && check.Http is null)
        {
            check.Type = HealthCheck.Types.Type.Command;
        }
        else if (check.Http is not null && check.Command is null)
        {
            check.Type = HealthCheck.Types.Type.Http;
        }
    }
}

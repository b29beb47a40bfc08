using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Accept;

/// <summary>Offers a framework uses: the operations run in order on what was offered; what is left is declined.</summary>
/// <remarks>
/// Upstream: <c>Master::accept</c> in src/master/master.cpp. Built is LAUNCH; every other operation is answered as one that is
/// not supported.
/// </remarks>
internal sealed class AcceptCall(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    OfferBook book,
    StatusForwarding forwarding,
    LaunchOperation launch)
{
    private const string NotSupported = "is not supported by this master yet";

    public void OnAccept(Framework framework, Call.Types.Accept call)
    {
        Count(framework, call);
        if (OfferValidation.Validate(call.OfferIds, state, framework) is { } problem)
        {
            Refuse(framework, call, problem);
            return;
        }

        MasterOffer[] offers = [.. call.OfferIds.Select(id => state.Offers[id.Value])];
        Agent agent = offers[0].Agent;
        if (!agent.Connected)
        {
            RefuseTasks(framework, call, TaskState.TaskDropped, TaskStatus.Types.Reason.SlaveDisconnected, "Agent disconnected");
            book.DiscardAll(offers);
            return;
        }

        Resources offered = Resources.Empty;
        foreach (MasterOffer offer in offers)
        {
            offered += offer.Resources;
            book.Remove(offer);
        }

        var accepted = new AcceptContext(framework, agent, offers[0].Role, offered);
        foreach (Offer.Types.Operation operation in call.Operations)
        {
            Perform(accepted, operation);
        }

        // The original always has the filters at hand: a call without them declines for the default time.
        allocator.RecoverResources(framework.Id, agent.Id, accepted.Remaining, call.Filters ?? new Filters());
    }

    private void Perform(AcceptContext accepted, Offer.Types.Operation operation)
    {
        switch (operation.Type)
        {
            case OperationType.Launch when operation.Id is not null:
                Answer(
                    accepted.Framework,
                    operation.Launch?.TaskInfos ?? [],
                    TaskState.TaskError,
                    TaskStatus.Types.Reason.TaskInvalid,
                    "The `id` field cannot be set on LAUNCH operations");
                break;
            case OperationType.Launch:
                launch.Perform(accepted, operation.Launch ?? new Offer.Types.Operation.Types.Launch());
                break;
            case OperationType.LaunchGroup:
                Answer(
                    accepted.Framework,
                    operation.LaunchGroup?.TaskGroup.Tasks ?? [],
                    TaskState.TaskError,
                    TaskStatus.Types.Reason.TaskGroupInvalid,
                    $"LAUNCH_GROUP {NotSupported}");
                break;
            case OperationType.Unknown:
                Drop(accepted.Framework, operation, "its type is unknown");
                break;
            default:
                RefuseOperation(accepted.Framework, operation);
                break;
        }
    }

    private void RefuseOperation(Framework framework, Offer.Types.Operation operation)
    {
        string name = OperationNames.Of(operation.Type);
        Drop(framework, operation, $"{name} {NotSupported}");
        if (operation.Id is not null)
        {
            // Who asks for feedback would wait for it forever.
            context.Send(framework, new FrameworkErrorMessage
            {
                Message = "The 'id' field was set in an offer operation, but operation feedback is not supported for the SchedulerDriver API"
                    + "; please use the HTTP scheduler API for this feature",
            });
        }
    }

    private void Count(Framework framework, Call.Types.Accept call)
    {
        foreach (Offer.Types.Operation operation in call.Operations.Where(operation => operation.Type == OperationType.Launch))
        {
            if (operation.Launch?.TaskInfos.Count > 0)
            {
                context.Metrics.MessagesLaunchTasks.Increment();
            }
            else
            {
                context.Metrics.MessagesDeclineOffers.Increment();
                context.Logger.LaunchWithoutTasks(framework.Id);
            }
        }
    }

    /// <summary>The offers cannot be used together: those that exist go back, and whatever was to happen is answered.</summary>
    private void Refuse(Framework framework, Call.Types.Accept call, string problem)
    {
        context.Logger.InvalidOffers(framework.Id, problem);
        foreach (OfferID id in call.OfferIds)
        {
            // A framework cannot make others lose their offers by naming them.
            if (state.Offers.TryGetValue(id.Value, out MasterOffer? offer) && ReferenceEquals(offer.Framework, framework))
            {
                book.Discard(offer, filters: null);
            }
        }

        RefuseTasks(
            framework,
            call,
            TaskState.TaskDropped,
            TaskStatus.Types.Reason.InvalidOffers,
            "Task launched with invalid offers: " + problem);
        foreach (Offer.Types.Operation operation in call.Operations)
        {
            if (operation.Type is not (OperationType.Launch or OperationType.LaunchGroup))
            {
                Drop(framework, operation, "Operation attempted with invalid offers: " + problem);
            }
        }
    }

    private void RefuseTasks(Framework framework, Call.Types.Accept call, TaskState taskState, TaskStatus.Types.Reason reason, string message)
    {
        foreach (Offer.Types.Operation operation in call.Operations)
        {
            IEnumerable<TaskInfo> tasks = operation.Type switch
            {
                OperationType.Launch => operation.Launch?.TaskInfos ?? [],
                OperationType.LaunchGroup => operation.LaunchGroup?.TaskGroup.Tasks ?? [],
                _ => [],
            };
            Answer(framework, tasks, taskState, reason, message);
        }
    }

    private void Answer(Framework framework, IEnumerable<TaskInfo> tasks, TaskState taskState, TaskStatus.Types.Reason reason, string message)
    {
        foreach (TaskInfo task in tasks)
        {
            StatusUpdate update = StatusUpdateBuilder.Create(
                context.Now, framework.Id, task.SlaveId.Value, task.TaskId, taskState.For(framework.Capabilities), reason, message);
            context.Metrics.TaskEnded(update.Status);
            forwarding.Forward(framework, update, UPid.Empty);
        }
    }

    private void Drop(Framework framework, Offer.Types.Operation operation, string reason)
    {
        context.Metrics.OperationsDropped.Increment();
        context.Logger.OperationDropped(OperationNames.Of(operation.Type), framework.Id, reason);
    }
}

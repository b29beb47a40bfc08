using LibProcess.Addressing;
using Mesos.Master.Frameworks;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master;

// The calls of schedulers, and the messages that were in their place before.
public sealed partial class MasterProcess
{
    private void OnCall(UPid from, Call call)
    {
        if (CallValidation.Validate(call) is { } problem)
        {
            DropCall(from, call, problem);
        }
        else if (call.Type == Call.Types.Type.Subscribe)
        {
            authentication.AfterVerdict(from, () =>
                entry.Framework(from, call.Subscribe.FrameworkInfo, () => subscription.OnSubscribe(from, call.Subscribe)));
        }
        else if (FindCaller(from, call.FrameworkId, call.Type.ToString()) is not { } framework)
        {
            // Logged and counted there.
        }
        else if (!framework.Connected)
        {
            // The link broke in one direction only; the scheduler does not know and would wait forever.
            logger.CallOfDisconnected(call.Type.ToString(), framework.Id);
            this.SendError(from, "Framework disconnected");
        }
        else
        {
            Dispatch(from, framework, call);
        }
    }

    private void Dispatch(UPid from, Framework framework, Call call)
    {
        framework.Metrics?.Called(call.Type);
        switch (call.Type)
        {
            case Call.Types.Type.Teardown:
                frameworkRemoval.Teardown(framework);
                break;
            case Call.Types.Type.Accept:
                accept.OnAccept(framework, call.Accept);
                break;
            case Call.Types.Type.Decline:
                decline.OnDecline(framework, call.Decline);
                break;
            case Call.Types.Type.Revive:
                suppressRevive.OnRevive(framework, call.Revive?.Roles ?? []);
                break;
            case Call.Types.Type.Suppress:
                suppressRevive.OnSuppress(framework, call.Suppress?.Roles ?? []);
                break;
            case Call.Types.Type.Kill:
                kill.OnKill(framework, call.Kill);
                break;
            case Call.Types.Type.Shutdown:
                executors.OnShutdown(framework, call.Shutdown);
                break;
            case Call.Types.Type.Acknowledge:
                acknowledgements.Acknowledge(framework, call.Acknowledge);
                break;
            case Call.Types.Type.Reconcile:
                reconciliation.Reconcile(framework, call.Reconcile.Tasks);
                break;
            case Call.Types.Type.Message:
                relays.OnMessage(framework, call.Message);
                break;
            case Call.Types.Type.Request:
                suppressRevive.OnRequest(framework, call.Request.Requests);
                break;
            case Call.Types.Type.UpdateFramework:
                frameworkUpdate.OnUpdate(from, framework, call.UpdateFramework);
                break;
            case Call.Types.Type.AcceptInverseOffers:
                inverseOffers.OnAccept(framework, call.AcceptInverseOffers.InverseOfferIds, call.AcceptInverseOffers.Filters);
                break;
            case Call.Types.Type.DeclineInverseOffers:
                inverseOffers.OnDecline(framework, call.DeclineInverseOffers.InverseOfferIds, call.DeclineInverseOffers.Filters);
                break;
            case Call.Types.Type.AcknowledgeOperationStatus when framework.Http:
                operationAcknowledgements.Acknowledge(framework, call.AcknowledgeOperationStatus);
                break;
            case Call.Types.Type.ReconcileOperations when framework.Http:
                operationReconciliation.Reconcile(framework, call.ReconcileOperations.Operations);
                break;
            case Call.Types.Type.AcknowledgeOperationStatus or Call.Types.Type.ReconcileOperations:
                DropCall(from, call, "it is not supported by the v0 API");
                break;
            default:
                DropCall(from, call, "its type is unknown");
                break;
        }
    }

    private void OnResourceRequest(UPid from, ResourceRequestMessage message)
    {
        if (FindCaller(from, message.FrameworkId, nameof(ResourceRequestMessage)) is { } framework)
        {
            suppressRevive.OnRequest(framework, message.Requests);
        }
    }

    /// <summary>The older form of ACCEPT. An empty list of tasks declines.</summary>
    private void OnLaunchTasks(UPid from, LaunchTasksMessage message)
    {
        if (FindCaller(from, message.FrameworkId, nameof(LaunchTasksMessage)) is { } framework)
        {
            var launch = new Offer.Types.Operation.Types.Launch();
            launch.TaskInfos.Add(message.Tasks);
            var call = new Call.Types.Accept { Filters = message.Filters };
            call.Operations.Add(new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Launch, Launch = launch });
            call.OfferIds.Add(message.OfferIds);
            accept.OnAccept(framework, call);
        }
    }

    private void OnKillTask(UPid from, KillTaskMessage message)
    {
        if (FindCaller(from, message.FrameworkId, nameof(KillTaskMessage)) is { } framework)
        {
            kill.OnKill(framework, new Call.Types.Kill { TaskId = message.TaskId });
        }
    }

    private void OnReviveOffers(UPid from, ReviveOffersMessage message)
    {
        if (FindCaller(from, message.FrameworkId, nameof(ReviveOffersMessage)) is { } framework)
        {
            suppressRevive.OnRevive(framework, message.Roles);
        }
    }

    private void OnReconcileTasks(UPid from, ReconcileTasksMessage message)
    {
        if (FindCaller(from, message.FrameworkId, nameof(ReconcileTasksMessage)) is { } framework)
        {
            reconciliation.Reconcile(
                framework,
                [.. message.Statuses.Select(status => new Call.Types.Reconcile.Types.Task { TaskId = status.TaskId, SlaveId = status.SlaveId })]);
        }
    }

    /// <summary>The framework a scheduler speaks for; strangers are not answered.</summary>
    private Framework? FindCaller(UPid from, FrameworkID id, string message)
    {
        Framework? framework = state.Frameworks.Find(id.Value);
        if (framework is not null && framework.Pid == from)
        {
            return framework;
        }

        metrics.DroppedCalls.Increment();
        LogDropped(message, from, id.Value, framework is null ? "the framework is unknown" : "it does not come from the framework");
        return null;
    }

    private void DropCall(UPid from, Call call, string reason)
    {
        metrics.DroppedCalls.Increment();
        LogDropped(call.HasType ? call.Type.ToString() : nameof(Call), from, call.FrameworkId?.Value ?? string.Empty, reason);
    }
}

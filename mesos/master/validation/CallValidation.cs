using Mesos.Common.Values;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Validation;

/// <summary>Whether a call has what its type needs.</summary>
/// <remarks>Upstream: <c>scheduler::call::validate</c> in src/master/validation.cpp. Texts end in the log: calls that break a rule are dropped.</remarks>
internal static class CallValidation
{
    public static string? Validate(Call call)
    {
        if (!call.HasType)
        {
            return "Expecting 'type' to be present";
        }

        if (call.Type == Call.Types.Type.Subscribe)
        {
            return call.Subscribe is null ? Missing("subscribe")
                : (call.Subscribe.FrameworkInfo.Id?.Value ?? "") != (call.FrameworkId?.Value ?? "")
                    ? "'framework_id' differs from 'subscribe.framework_info.id'"
                    : null;
        }

        if (call.FrameworkId is null)
        {
            return Missing("framework_id");
        }

        return call.Type switch
        {
            Call.Types.Type.Accept when call.Accept is null => Missing("accept"),
            Call.Types.Type.Decline when call.Decline is null => Missing("decline"),
            Call.Types.Type.AcceptInverseOffers when call.AcceptInverseOffers is null => Missing("accept_inverse_offers"),
            Call.Types.Type.DeclineInverseOffers when call.DeclineInverseOffers is null => Missing("decline_inverse_offers"),
            Call.Types.Type.Kill when call.Kill is null => Missing("kill"),
            Call.Types.Type.Shutdown when call.Shutdown is null => Missing("shutdown"),
            Call.Types.Type.Acknowledge when call.Acknowledge is null => Missing("acknowledge"),
            Call.Types.Type.Acknowledge when !UuidBytes.IsValid(call.Acknowledge.Uuid.Span) => "'acknowledge.uuid' is not a UUID",
            Call.Types.Type.Reconcile when call.Reconcile is null => Missing("reconcile"),
            Call.Types.Type.AcknowledgeOperationStatus when call.AcknowledgeOperationStatus is null => Missing("acknowledge_operation_status"),
            Call.Types.Type.AcknowledgeOperationStatus when !UuidBytes.IsValid(call.AcknowledgeOperationStatus.Uuid.Span) =>
                "'acknowledge_operation_status.uuid' is not a UUID",
            Call.Types.Type.AcknowledgeOperationStatus when call.AcknowledgeOperationStatus.SlaveId is null => Missing("agent_id"),
            Call.Types.Type.ReconcileOperations when call.ReconcileOperations is null => Missing("reconcile_operations"),
            Call.Types.Type.Message when call.Message is null => Missing("message"),
            Call.Types.Type.Request when call.Request is null => Missing("request"),
            Call.Types.Type.UpdateFramework when call.UpdateFramework is null => Missing("update_framework"),
            Call.Types.Type.UpdateFramework when call.UpdateFramework.FrameworkInfo.Id?.Value != call.FrameworkId.Value =>
                "'framework_id' differs from 'update_framework.framework_info.id'",
            _ => null,
        };
    }

    private static string Missing(string field) => $"Expecting '{field}' to be present";
}

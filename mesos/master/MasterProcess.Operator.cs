using Mesos.Master.Agents;
using Mesos.Proto;
using Mesos.Proto.Maintenance;

namespace Mesos.Master;

// What operators may wish of agents and machines. Any thread.
public sealed partial class MasterProcess
{
    internal Task<OperatorAnswer> MarkAgentGoneAsync(string agentId) => CallAsync(() => gone.MarkAsync(agentId));

    internal Task<OperatorAnswer> DrainAgentAsync(string agentId, DrainConfig config) => CallAsync(() => draining.DrainAsync(agentId, config));

    internal Task<OperatorAnswer> DeactivateAgentAsync(string agentId) => CallAsync(() => activation.DeactivateAsync(agentId));

    internal Task<OperatorAnswer> ReactivateAgentAsync(string agentId) => CallAsync(() => activation.ReactivateAsync(agentId));

    internal Task<OperatorAnswer> UpdateMaintenanceScheduleAsync(Schedule schedule) =>
        CallAsync(() => maintenance.UpdateScheduleAsync(schedule, principal: null));

    internal Task<OperatorAnswer> StartMaintenanceAsync(IReadOnlyCollection<MachineID> ids) =>
        CallAsync(() => maintenance.StartAsync(ids, principal: null));

    internal Task<OperatorAnswer> StopMaintenanceAsync(IReadOnlyCollection<MachineID> ids) =>
        CallAsync(() => maintenance.StopAsync(ids, principal: null));
}

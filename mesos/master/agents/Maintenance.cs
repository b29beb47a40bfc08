using Mesos.Master.Authorization;
using Mesos.Master.Offers;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Maintenance;
using Action = Mesos.Proto.Authorization.Action;

namespace Mesos.Master.Agents;

/// <summary>Machines that are scheduled for maintenance, taken down, and brought up again.</summary>
/// <remarks>
/// Upstream: UPDATE_MAINTENANCE_SCHEDULE, START_MAINTENANCE and STOP_MAINTENANCE in src/master/http.cpp. Frameworks are asked
/// to leave scheduled machines by <see cref="InverseOffers"/>.
/// </remarks>
internal sealed class Maintenance(
    IMasterContext context, MasterState state, IRegistrar registrar, AgentRemoval removal, InverseOffers inverseOffers, Permissions permissions)
{
    private const string MachineDown = "Operator initiated 'Machine DOWN'";

    /// <summary>Replaces the schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="principal">Who wishes it; null for anybody.</param>
    public async Task<OperatorAnswer> UpdateScheduleAsync(Schedule schedule, string? principal)
    {
        if (await RefusalAsync(
                () => MaintenanceValidation.Validate(schedule, state.Machines),
                Action.UpdateMaintenanceSchedule,
                schedule.Windows.SelectMany(window => window.MachineIds),
                principal) is { } refusal)
        {
            return refusal;
        }

        RegistryAnswer answer = await registrar.WriteAsync(
            context, new UpdateMaintenanceSchedule(schedule), "update the maintenance schedule");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        var scheduled = new HashSet<MachineID>(MachineIdComparer.Instance);
        foreach (Window window in schedule.Windows)
        {
            foreach (MachineID id in window.MachineIds)
            {
                scheduled.Add(id);
                MachineInfo machine = state.Machines.TryGet(id, out MachineInfo? known)
                    ? known
                    : new MachineInfo { Id = id.Clone(), Mode = MachineInfo.Types.Mode.Draining };
                machine.Unavailability = window.Unavailability.Clone();
                state.Machines.Set(machine);
            }
        }

        foreach (MachineID id in state.Machines.All.Select(machine => machine.Id).Where(id => !scheduled.Contains(id)).ToArray())
        {
            state.Machines.Remove(id);
        }

        state.Machines.Schedules.Clear();
        state.Machines.Schedules.Add(schedule);
        inverseOffers.OnScheduleChanged();
        return OperatorAnswer.Done;
    }

    /// <summary>Takes scheduled machines down: their agents are told to end, and are removed.</summary>
    /// <param name="ids">The machines.</param>
    /// <param name="principal">Who wishes it; null for anybody.</param>
    public async Task<OperatorAnswer> StartAsync(IReadOnlyCollection<MachineID> ids, string? principal)
    {
        if (await RefusalAsync(
                () => MaintenanceValidation.Validate(ids, state.Machines, HasAgent, MachineInfo.Types.Mode.Draining),
                Action.StartMaintenance,
                ids,
                principal) is { } refusal)
        {
            return refusal;
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new StartMaintenance(ids), "take machines down");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        foreach (MachineID id in ids)
        {
            if (state.Machines.TryGet(id, out MachineInfo? machine))
            {
                machine.Mode = MachineInfo.Types.Mode.Down;
            }
        }

        foreach (Agent agent in state.Agents.Registered.Where(agent => ids.Contains(agent.Machine, MachineIdComparer.Instance)).ToArray())
        {
            context.Send(agent.Pid, new ShutdownMessage { Message = MachineDown });
            context.Run(() => removal.RemoveAsync(agent, MachineDown, reason: null), nameof(StartAsync));
        }

        return OperatorAnswer.Done;
    }

    /// <summary>Brings machines up again that are down; they are no longer scheduled.</summary>
    /// <param name="ids">The machines.</param>
    /// <param name="principal">Who wishes it; null for anybody.</param>
    public async Task<OperatorAnswer> StopAsync(IReadOnlyCollection<MachineID> ids, string? principal)
    {
        if (await RefusalAsync(
                () => MaintenanceValidation.Validate(ids, state.Machines, HasAgent, MachineInfo.Types.Mode.Down),
                Action.StopMaintenance,
                ids,
                principal) is { } refusal)
        {
            return refusal;
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new StopMaintenance(ids), "bring machines up");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        foreach (MachineID id in ids)
        {
            state.Machines.Remove(id);
        }

        Schedule[] left = [.. state.Machines.Schedules.Select(schedule => MaintenanceRecords.Without(schedule, ids)).OfType<Schedule>()];
        state.Machines.Schedules.Clear();
        state.Machines.Schedules.AddRange(left);
        return OperatorAnswer.Done;
    }

    private bool HasAgent(MachineID id) => state.Agents.Registered.Any(agent => MachineIdComparer.Instance.Equals(agent.Machine, id));

    /// <summary>What speaks against a wish: first whether it makes sense, then whether the operator may, and after that wait the first again.</summary>
    private async Task<OperatorAnswer?> RefusalAsync(Func<string?> rule, Action action, IEnumerable<MachineID> ids, string? principal)
    {
        if (rule() is { } problem)
        {
            return new OperatorAnswer(OperatorResult.Invalid, problem);
        }

        if (permissions.Unlimited)
        {
            return null;
        }

        return await permissions.RefusalAsync(principal, ids.Select(id => AuthorizationRequests.ForMachine(action, id))) is { } refusal
            ? new OperatorAnswer(OperatorResult.Forbidden, refusal)
            : rule() is { } changed ? new OperatorAnswer(OperatorResult.Invalid, changed)
            : null;
    }
}

using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Maintenance;

namespace Mesos.Master.Registrar.Operations;

/// <summary>Replaces the maintenance schedule: new machines begin to drain, machines that are no longer in it are up.</summary>
/// <remarks>Upstream for all of these: src/master/maintenance.cpp. What may be asked for has been checked.</remarks>
internal sealed class UpdateMaintenanceSchedule(Schedule schedule) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        Dictionary<MachineID, Unavailability> scheduled = schedule.Windows
            .SelectMany(window => window.MachineIds.Select(id => (id, window.Unavailability)))
            .DistinctBy(entry => entry.id, MachineIdComparer.Instance)
            .ToDictionary(entry => entry.id, entry => entry.Unavailability, MachineIdComparer.Instance);
        List<MachineInfo> machines =
        [
            .. (registry.Rest.Machines?.Machines_ ?? []).Select(machine => machine.Info).Where(machine => scheduled.ContainsKey(machine.Id)),
        ];
        foreach (MachineInfo machine in machines)
        {
            machine.Unavailability = scheduled[machine.Id].Clone();
            scheduled.Remove(machine.Id);
        }

        machines.AddRange(scheduled.Select(entry => new MachineInfo
        {
            Id = entry.Key.Clone(),
            Mode = MachineInfo.Types.Mode.Draining,
            Unavailability = entry.Value.Clone(),
        }));
        MaintenanceRecords.SetMachines(registry.Rest, machines);
        registry.Rest.Schedules.Clear();
        registry.Rest.Schedules.Add(schedule.Clone());
        return OperationOutcome.Changed;
    }
}

/// <summary>Takes scheduled machines down.</summary>
internal sealed class StartMaintenance(IReadOnlyCollection<MachineID> ids) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        MachineInfo[] machines =
            [.. (registry.Rest.Machines?.Machines_ ?? []).Select(machine => machine.Info).Where(machine => ids.Contains(machine.Id, MachineIdComparer.Instance))];
        foreach (MachineInfo machine in machines)
        {
            machine.Mode = MachineInfo.Types.Mode.Down;
        }

        return machines.Length > 0 ? OperationOutcome.Changed : OperationOutcome.Unchanged;
    }
}

/// <summary>Brings machines up again and takes them out of the schedule.</summary>
internal sealed class StopMaintenance(IReadOnlyCollection<MachineID> ids) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        MachineInfo[] before = [.. (registry.Rest.Machines?.Machines_ ?? []).Select(machine => machine.Info)];
        MachineInfo[] after = [.. before.Where(machine => !ids.Contains(machine.Id, MachineIdComparer.Instance))];
        MaintenanceRecords.SetMachines(registry.Rest, after);
        Schedule[] schedules = [.. registry.Rest.Schedules.Select(schedule => MaintenanceRecords.Without(schedule, ids)).OfType<Schedule>()];
        registry.Rest.Schedules.Clear();
        registry.Rest.Schedules.Add(schedules);
        return before.Length > after.Length ? OperationOutcome.Changed : OperationOutcome.Unchanged;
    }
}

/// <summary>Machines and schedules as the registry and the master write them.</summary>
internal static class MaintenanceRecords
{
    public static void SetMachines(Registry registry, IReadOnlyCollection<MachineInfo> machines)
    {
        registry.Machines = machines.Count == 0 ? null : new Registry.Types.Machines();
        registry.Machines?.Machines_.AddRange(machines.Select(info => new Registry.Types.Machine { Info = info }));
    }

    /// <summary>A schedule without some machines; null where nothing is left of it.</summary>
    public static Schedule? Without(Schedule schedule, IReadOnlyCollection<MachineID> ids)
    {
        var left = new Schedule();
        foreach (Window window in schedule.Windows)
        {
            MachineID[] machines = [.. window.MachineIds.Where(id => !ids.Contains(id, MachineIdComparer.Instance))];
            if (machines.Length > 0)
            {
                var copy = new Window { Unavailability = window.Unavailability.Clone() };
                copy.MachineIds.Add(machines.Select(id => id.Clone()));
                left.Windows.Add(copy);
            }
        }

        return left.Windows.Count > 0 ? left : null;
    }
}

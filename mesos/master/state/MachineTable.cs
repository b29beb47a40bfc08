using System.Diagnostics.CodeAnalysis;
using Mesos.Proto;
using Mesos.Proto.Maintenance;

namespace Mesos.Master.State;

/// <summary>Machines that are scheduled for maintenance or down; all others are up.</summary>
/// <remarks>Upstream: <c>machines</c> and <c>maintenance</c> in src/master/master.hpp.</remarks>
internal sealed class MachineTable
{
    private readonly OrderedDictionary<MachineID, MachineInfo> machines = new(MachineIdComparer.Instance);

    /// <summary>The schedule, in at most one part.</summary>
    public List<Schedule> Schedules { get; } = [];

    public IReadOnlyCollection<MachineInfo> All => machines.Values;

    public bool TryGet(MachineID id, [NotNullWhen(true)] out MachineInfo? machine) => machines.TryGetValue(id, out machine);

    public void Set(MachineInfo machine) => machines[machine.Id] = machine;

    public void Remove(MachineID id) => machines.Remove(id);

    /// <summary>Whether nothing may run on a machine.</summary>
    public bool IsDown(MachineID id) => TryGet(id, out MachineInfo? machine) && machine.Mode == MachineInfo.Types.Mode.Down;
}

using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>The same machine has the same address and the same host name, in whatever case.</summary>
/// <remarks>Upstream: equality of <c>MachineID</c> in include/mesos/type_utils.hpp.</remarks>
internal sealed class MachineIdComparer : IEqualityComparer<MachineID>
{
    public static MachineIdComparer Instance { get; } = new();

    public bool Equals(MachineID? x, MachineID? y) =>
        ReferenceEquals(x, y)
        || (x is not null && y is not null && x.Ip == y.Ip && string.Equals(x.Hostname, y.Hostname, StringComparison.OrdinalIgnoreCase));

    public int GetHashCode(MachineID machine) =>
        HashCode.Combine(machine.Ip, StringComparer.OrdinalIgnoreCase.GetHashCode(machine.Hostname));
}

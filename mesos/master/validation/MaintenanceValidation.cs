using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mesos.Common.Json;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Maintenance;
using Mode = Mesos.Proto.MachineInfo.Types.Mode;

namespace Mesos.Master.Validation;

/// <summary>Rules for maintenance. Every rule answers null when it is kept, else the text for the operator.</summary>
/// <remarks>Upstream: <c>maintenance::validation</c> in src/master/maintenance.cpp.</remarks>
internal static class MaintenanceValidation
{
    /// <summary>What is wrong with a schedule.</summary>
    public static string? Validate(Schedule schedule, MachineTable machines)
    {
        var scheduled = new HashSet<MachineID>(MachineIdComparer.Instance);
        foreach (Window window in schedule.Windows)
        {
            string? problem =
                window.MachineIds.Count == 0 ? "List of machines in the maintenance window is empty"
                : window.Unavailability.Duration is { Nanoseconds: < 0 } ? "Unavailability 'duration' is negative"
                : window.MachineIds.Select(id => Validate(id, scheduled)).FirstOrDefault(error => error is not null);
            if (problem is not null)
            {
                return problem;
            }
        }

        MachineInfo? lost = machines.All.FirstOrDefault(machine => machine.Mode == Mode.Down && !scheduled.Contains(machine.Id));
        return lost is null ? null : $"Machine '{Text(lost.Id)}' is deactivated and cannot be removed from the schedule";
    }

    /// <summary>What is wrong with machines that are to change from some mode to the next.</summary>
    /// <param name="ids">The machines.</param>
    /// <param name="machines">Machines that are scheduled or down.</param>
    /// <param name="isUp">Whether a machine that is neither is known by an agent on it.</param>
    /// <param name="expected">The mode they have to be in.</param>
    public static string? Validate(IReadOnlyCollection<MachineID> ids, MachineTable machines, Func<MachineID, bool> isUp, Mode expected)
    {
        var unique = new HashSet<MachineID>(MachineIdComparer.Instance);
        return ids.Count == 0
            ? "List of machines is empty"
            : ids.Select(id => Validate(id, unique)).FirstOrDefault(error => error is not null)
                ?? ids.Select(id => ValidateMode(id, machines, isUp, expected)).FirstOrDefault(error => error is not null);
    }

    private static string? Validate(MachineID id, HashSet<MachineID> seen) =>
        id.Hostname.Length == 0 && id.Ip.Length == 0 ? "Both 'hostname' and 'ip' for a machine are empty"
        : id.Ip.Length > 0 && !(IPAddress.TryParse(id.Ip, out IPAddress? ip) && ip.AddressFamily == AddressFamily.InterNetwork)
            ? $"Failed to parse the IP '{id.Ip}'"
        : seen.Add(id) ? null
        : $"Machine '{Text(id)}' appears more than once in the schedule";

    private static string? ValidateMode(MachineID id, MachineTable machines, Func<MachineID, bool> isUp, Mode expected) =>
        !machines.TryGet(id, out MachineInfo? machine) && !isUp(id) ? $"Machine '{Text(id)}' is not part of a maintenance schedule"
        : machine?.Mode == expected ? null
        : expected == Mode.Draining ? $"Machine '{Text(id)}' is not in DRAINING mode and cannot be brought down"
        : $"Machine '{Text(id)}' is not in DOWN mode and cannot be brought up";

    private static string Text(MachineID id)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ProtobufJsonWriter.Write(writer, id);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}

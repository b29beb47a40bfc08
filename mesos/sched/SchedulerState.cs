using LibProcess.Addressing;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>A master and where it listens.</summary>
internal sealed record LeadingMaster(UPid Pid, MasterInfo Info);

/// <summary>What the parts of the scheduler process share. Touched by events of that process only.</summary>
internal sealed class SchedulerState
{
    public SchedulerState(FrameworkInfo framework, IEnumerable<string> suppressedRoles, OfferConstraints constraints)
    {
        Framework = framework;
        SuppressedRoles = new SortedSet<string>(suppressedRoles, StringComparer.Ordinal);
        OfferConstraints = constraints;
        TakesOver = HasFrameworkId;
    }

    /// <summary>The framework as it registers; carries the id once there is one.</summary>
    public FrameworkInfo Framework { get; set; }

    /// <summary>Whether the framework has an id. An empty id counts as none.</summary>
    public bool HasFrameworkId => Framework.Id is { Value.Length: > 0 };

    public FrameworkID FrameworkId => Framework.Id ?? new FrameworkID();

    /// <summary>Roles for which no offers are wanted, in the order in which they travel.</summary>
    public SortedSet<string> SuppressedRoles { get; set; }

    public OfferConstraints OfferConstraints { get; set; }

    /// <summary>Whether the next registration takes the framework over from whoever holds it: true until the first one succeeds.</summary>
    public bool TakesOver { get; set; }

    /// <summary>The leading master, or null while there is none.</summary>
    public LeadingMaster? Master { get; set; }

    /// <summary>Whether the master has accepted the framework.</summary>
    public bool Connected { get; set; }

    /// <summary>Whether roles or description changed while no master could be told.</summary>
    public bool UpdateOnConnect { get; set; }

    /// <summary>Whether tasks that vanish are reported by what became of them, rather than all as lost.</summary>
    public bool IsPartitionAware => FrameworkCapabilities.Of(Framework).PartitionAware;
}

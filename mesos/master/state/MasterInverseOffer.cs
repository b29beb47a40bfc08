using LibProcess.Time;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>A framework was asked to leave an agent whose machine will be unavailable, and has not answered.</summary>
internal sealed class MasterInverseOffer(string id, Framework framework, Agent agent, Unavailability unavailability)
{
    public string Id => id;

    public Framework Framework => framework;

    public Agent Agent => agent;

    public Unavailability Unavailability => unavailability;

    public ProcessTimer? Timeout { get; set; }
}

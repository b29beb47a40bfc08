using LibProcess.Time;
using Mesos.Common;

namespace Mesos.Master.State;

/// <summary>Resources of one agent that one framework may use in one role, until it answers or the offer is taken back.</summary>
internal sealed class MasterOffer(string id, Framework framework, Agent agent, string role, Resources resources)
{
    public string Id => id;

    public Framework Framework => framework;

    public Agent Agent => agent;

    public string Role => role;

    public Resources Resources => resources;

    /// <summary>Its framework uses it and waits for permission: it is no longer anybody's to use, decline or take back with a word.</summary>
    public bool Accepted { get; set; }

    public ProcessTimer? Timeout { get; set; }
}

using Mesos.Common;
using Mesos.Master.State;

namespace Mesos.Master.Accept;

/// <summary>What the operations of one call work on: the resources of the offers, less what earlier operations used.</summary>
internal sealed class AcceptContext(Framework framework, Agent agent, string role, Resources offered)
{
    public Framework Framework => framework;

    public Agent Agent => agent;

    /// <summary>The role the offers were made in.</summary>
    public string Role => role;

    /// <summary>What is left, in allocated form.</summary>
    public Resources Remaining { get; private set; } = offered;

    public void Use(Resources resources) => Remaining -= resources;
}

namespace Mesos.Slave.Containerizer;

/// <summary>How a container ended.</summary>
/// <remarks>Upstream: <c>mesos::slave::ContainerTermination</c>.</remarks>
/// <param name="WaitStatus">The status of its first process as <c>wait(2)</c> encodes it; null where it is not known.</param>
/// <param name="State">The state of tasks that ended with it; null leaves the choice to the agent.</param>
/// <param name="Reason">Why; null leaves the choice to the agent.</param>
/// <param name="Message">In words, or null.</param>
internal sealed record ContainerTermination(
    int? WaitStatus = null,
    TaskState? State = null,
    Reason? Reason = null,
    string? Message = null);

namespace Mesos.Slave.State;

/// <summary>Where an executor is in its life.</summary>
internal enum ExecutorPhase
{
    /// <summary>Its container starts; it has not introduced itself.</summary>
    Registering,

    /// <summary>It takes tasks.</summary>
    Running,

    /// <summary>It was asked to end, or is being killed.</summary>
    Terminating,

    /// <summary>Its container is gone; it stays until its last updates are acknowledged.</summary>
    Terminated,
}

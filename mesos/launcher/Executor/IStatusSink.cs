namespace Mesos.Launcher.Executor;

/// <summary>Takes the updates of an executor to the agent.</summary>
internal interface IStatusSink
{
    /// <summary>Sends an update; ids of agent and update, and the time, are filled in on the way.</summary>
    void Send(TaskStatus status);

    /// <summary>Completes when the agent has confirmed every update; may be cancelled, or never come to its end.</summary>
    Task SettleAsync();
}

using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Randomness;
using LibProcess.Time;

namespace Mesos.Slave;

/// <summary>What the parts of the agent may ask of its process. Called inside the process only.</summary>
internal interface ISlaveActor
{
    /// <summary>The identity of the agent's process.</summary>
    UPid Self { get; }

    /// <summary>The time.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Chance and fresh ids.</summary>
    RandomSource Random { get; }

    /// <summary>Sends a message, which belongs to the receiver from now on.</summary>
    void Send(UPid to, IMessage message);

    /// <summary>Watches a process.</summary>
    void Link(UPid pid);

    /// <summary>Runs an action after a while.</summary>
    ProcessTimer Delay(TimeSpan delay, Action action);

    /// <summary>Starts an asynchronous story.</summary>
    void Run(Func<Task> story);

    /// <summary>
    /// Starts an asynchronous story that depends on checkpoints: where one cannot be written, the agent ends, because it could not
    /// keep its promises. Executors that outlast the agent wait for it then.
    /// </summary>
    void RunDurably(Func<Task> story);

    /// <summary>Ends the agent.</summary>
    /// <param name="failure">Why it cannot go on; null for an end on purpose.</param>
    /// <param name="leaveExecutors">
    /// Whether executors that outlast the agent go on; otherwise all are killed. They always do where it failed, and never where it was
    /// ending already: nobody would come back for them.
    /// </param>
    void End(string? failure, bool leaveExecutors = false);
}

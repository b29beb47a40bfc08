using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Randomness;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>What the parts may ask of the scheduler process. Called inside that process only.</summary>
internal interface IMasterChannel
{
    /// <summary>Whether the driver neither stopped nor aborted. Changes at any time: the driver's methods are called by any thread.</summary>
    bool Running { get; }

    TimeProvider Clock { get; }

    RandomSource Random { get; }

    /// <summary>Sends to the leading master; call it while there is one.</summary>
    void SendToMaster(Call call);

    void Send(UPid to, IMessage message);

    void Link(UPid to);

    IDisposable? After(TimeSpan delay, Action action);

    /// <summary>Counts something that arrived and cannot be right; what it was goes to the log.</summary>
    void CountDropped();
}

using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Randomness;
using LibProcess.Time;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Master;

/// <summary>What the parts of the master see of their process. Used inside its events only.</summary>
internal interface IMasterContext
{
    UPid Self { get; }

    /// <summary>This master as others are told of it.</summary>
    MasterInfo Info { get; }

    MasterOptions Options { get; }

    MasterMetrics Metrics { get; }

    ILogger Logger { get; }

    DateTimeOffset Now { get; }

    RandomSource Random { get; }

    /// <summary>Cancelled when the master ends.</summary>
    CancellationToken Terminated { get; }

    /// <summary>Slows down the loss of agents; null where it is not to be slowed down.</summary>
    RateLimiter? RemovalLimiter { get; }

    /// <summary>Sends a message, which belongs to the receiver from then on: nothing of the master's state may be part of it.</summary>
    void Send(UPid to, IMessage message);

    void Link(UPid pid);

    ProcessTimer Delay(TimeSpan delay, Action action, string name);

    /// <summary>Starts an asynchronous story of the master.</summary>
    void Run(Func<Task> story, string name);

    /// <summary>Starts the process that pings an agent.</summary>
    Agents.AgentObserver Observe(Agent agent);

    /// <summary>The registry could not be written: what the master knows is no longer what is stored, so it must not go on.</summary>
    void Fail(string what, Exception exception);
}

/// <summary>Small things every part says the same way.</summary>
internal static class MasterContextExtensions
{
    /// <summary>Sends to a framework; what is for one without a scheduler is dropped.</summary>
    public static void Send(this IMasterContext context, Framework framework, IMessage message)
    {
        if (framework.Pid is { } pid)
        {
            framework.Metrics?.Sent(message);
            context.Send(pid, message);
        }
    }

    /// <summary>Tells a scheduler of an error that ends it.</summary>
    public static void SendError(this IMasterContext context, UPid to, string message) =>
        context.Send(to, new Proto.Internal.FrameworkErrorMessage { Message = message });

    /// <summary>The form in which messages name the scheduler of a framework.</summary>
    public static string PidText(this Framework framework) => (framework is { Http: false, Pid: { } pid } ? pid : UPid.Empty).ToString();

    /// <summary>Seconds since the epoch, as messages carry them.</summary>
    public static double ToSeconds(this DateTimeOffset time) => Timestamps.ToSeconds(time);

    /// <summary>Nanoseconds since the epoch, as messages carry them.</summary>
    public static TimeInfo ToTimeInfo(this DateTimeOffset time) => Timestamps.ToTimeInfo(time);
}

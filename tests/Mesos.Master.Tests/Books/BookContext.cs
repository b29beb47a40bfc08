using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Metrics;
using LibProcess.Randomness;
using LibProcess.Time;
using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Master.Tests.Books;

/// <summary>What the parts of a master see, without a process: what they send is shown to the test at once.</summary>
internal sealed class BookContext(MetricsRegistry registry, RandomSource random, Action<UPid, IMessage> sent) : IMasterContext
{
    public UPid Self { get; } = Pid("master", 5050);

    public MasterInfo Info { get; } = new() { Id = "m", Ip = 0, Port = 5050 };

    public MasterOptions Options { get; } = new() { MinAllocatableResources = [] };

    public MasterMetrics Metrics { get; } = new(new MetricGroup(registry, "master/"));

    public ILogger Logger => NullLogger.Instance;

    public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

    public RandomSource Random => random;

    public CancellationToken Terminated => CancellationToken.None;

    public RateLimiter? RemovalLimiter => null;

    public static UPid Pid(string id, int port) =>
        UPid.TryParse($"{id}@127.0.0.1:{port}", out UPid pid) ? pid : throw new ArgumentException(id);

    public void Send(UPid to, IMessage message) => sent(to, message);

    public void Link(UPid pid)
    {
    }

    public ProcessTimer Delay(TimeSpan delay, Action action, string name) => throw new NotSupportedException();

    public void Run(Func<Task> story, string name) => throw new NotSupportedException();

    public AgentObserver Observe(Agent agent) => throw new NotSupportedException();

    public void Fail(string what, Exception exception) => throw new NotSupportedException();
}

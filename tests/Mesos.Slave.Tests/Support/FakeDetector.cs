using LibProcess.Futures;
using Mesos.Common.Detection;

namespace Mesos.Slave.Tests.Support;

/// <summary>Tells at once who leads. Appoint while the node is settled.</summary>
internal sealed class FakeDetector : IMasterDetector
{
    private readonly List<Promise<MasterInfo?>> waiting = [];

    public MasterInfo? Leader { get; private set; }

    public int Asked { get; private set; }

    public void Appoint(MasterInfo? leader)
    {
        Leader = leader;
        foreach (Promise<MasterInfo?> promise in waiting.ToArray())
        {
            waiting.Remove(promise);
            promise.TrySet(leader);
        }
    }

    public void Fail(string why)
    {
        foreach (Promise<MasterInfo?> promise in waiting)
        {
            promise.TryFail(new MasterDetectionException(why));
        }
    }

    public Task<MasterInfo?> DetectAsync(MasterInfo? previous, CancellationToken cancellation = default)
    {
        Asked++;
        if (!Equals(previous, Leader))
        {
            return Task.FromResult(Leader);
        }

        var promise = new Promise<MasterInfo?>();
        waiting.Add(promise);
        cancellation.Register(() => promise.TryCancel(cancellation));
        return promise.Task;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

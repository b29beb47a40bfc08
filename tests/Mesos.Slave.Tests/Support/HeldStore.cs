using LibProcess.Futures;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.Support;

/// <summary>A disk that takes its time: while it is held nothing becomes durable; then everything does, in order.</summary>
internal sealed class HeldStore(ICheckpointStore store) : ICheckpointStore
{
    private readonly Lock gate = new();
    private readonly Queue<(IReadOnlyList<Change> Changes, Promise<bool> Done)> waiting = [];
    private bool held;

    public string? Trouble => store.Trouble;

    public void Hold()
    {
        lock (gate)
        {
            held = true;
        }
    }

    /// <summary>Lets the disk work again.</summary>
    /// <returns>Completes when what was held is durable and everybody has been told.</returns>
    public Task ReleaseAsync()
    {
        List<Task> passed = [];
        lock (gate)
        {
            held = false;
            while (waiting.TryDequeue(out (IReadOnlyList<Change> Changes, Promise<bool> Done) next))
            {
                passed.Add(PassOnAsync(next.Changes, next.Done));
            }
        }

        return Task.WhenAll(passed);
    }

    public Task CommitAsync(params IReadOnlyList<Change> changes)
    {
        lock (gate)
        {
            if (!held)
            {
                return store.CommitAsync(changes);
            }

            var done = new Promise<bool>();
            waiting.Enqueue((changes, done));
            return done.Task;
        }
    }

    public Task<T> ReadAsync<T>(Func<IFileSystem, T> read) => store.ReadAsync(read);

    private async Task PassOnAsync(IReadOnlyList<Change> changes, Promise<bool> done)
    {
        await store.CommitAsync(changes);
        done.TrySet(true);
    }
}

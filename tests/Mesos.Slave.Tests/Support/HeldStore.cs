using LibProcess.Futures;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.Support;

/// <summary>A disk that takes its time: while it is held nothing becomes durable; then everything does, in order.</summary>
internal sealed class HeldStore(ICheckpointStore store) : ICheckpointStore
{
    private readonly Lock gate = new();
    private readonly Queue<(Func<Task> Commit, Promise<bool> Done)> waiting = [];
    private bool held;
    private string? only;

    public string? Trouble => store.Trouble;

    /// <param name="file">The one file that is held; null for all.</param>
    public void Hold(string? file = null)
    {
        lock (gate)
        {
            (held, only) = (true, file);
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
            while (waiting.TryDequeue(out (Func<Task> Commit, Promise<bool> Done) next))
            {
                passed.Add(PassOnAsync(next.Commit, next.Done));
            }
        }

        return Task.WhenAll(passed);
    }

    public Task CommitAsync(params IReadOnlyList<Change> changes) => Take(changes, () => store.CommitAsync(changes));

    public Task CommitWhenThereIsSpaceAsync(params IReadOnlyList<Change> changes) => Take(changes, () => store.CommitWhenThereIsSpaceAsync(changes));

    public Task SettleAsync(string tree, IReadOnlyList<string> others) => store.SettleAsync(tree, others);

    public Task<T> ReadAsync<T>(Func<IFileSystem, T> read) => store.ReadAsync(read);

    private Task Take(IReadOnlyList<Change> changes, Func<Task> commit)
    {
        lock (gate)
        {
            if (!held || (only is not null && changes.All(change => Path.GetFileName(change.Path) != only)))
            {
                return commit();
            }

            var done = new Promise<bool>();
            waiting.Enqueue((commit, done));
            return done.Task;
        }
    }

    private static async Task PassOnAsync(Func<Task> commit, Promise<bool> done)
    {
        await commit();
        done.TrySet(true);
    }
}

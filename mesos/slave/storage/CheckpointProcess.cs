using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Slave.Metrics;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Storage;

/// <summary>Writes checkpoints, so that the agent never waits for a disk.</summary>
/// <remarks>
/// A process of its own, the only one that blocks. Whatever was asked while it was busy is committed together: many updates cost as
/// few waits for the disk as one. What was promised, records above all, waits for space where the disk is full, and is tried again;
/// what is new is refused then. Once something could not be made durable, nothing is taken any more.
/// </remarks>
internal sealed partial class CheckpointProcess : ProcessBase, ICheckpointStore
{
    /// <summary>How often a full disk is tried again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly SlaveCounter syncs;
    private readonly CommitPlan plan;
    private readonly IFileSystem files;
    private readonly Action<string>? lost;
    private readonly ILogger logger;
    private List<Request> queue = [];
    private List<Request> waitingForSpace = [];
    private volatile string? trouble;
    private long requested;

    /// <param name="manager">The node.</param>
    /// <param name="files">Where they are written.</param>
    /// <param name="lost">Called once, in this process, when nothing can be kept any more, with the reason; null for nothing.</param>
    public CheckpointProcess(ProcessManager manager, IFileSystem files, Action<string>? lost = null)
        : base(manager, manager.Ids.Generate("checkpoint"))
    {
        (this.files, this.lost) = (files, lost);
        syncs = new SlaveCounter(manager.Metrics, "slave/checkpoint_syncs");
        plan = new CommitPlan(files, syncs.Increment);
        logger = CreateLogger<CheckpointProcess>();
    }

    /// <inheritdoc/>
    public string? Trouble => trouble;

    /// <inheritdoc/>
    public Task CommitAsync(params IReadOnlyList<Change> changes) =>
        CommitAsync(new Request(changes, canWait: changes.Any(static change => change is Change.Append)));

    /// <inheritdoc/>
    public Task CommitWhenThereIsSpaceAsync(params IReadOnlyList<Change> changes) => CommitAsync(new Request(changes, canWait: true));

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<IFileSystem, T> read) => CallAsync(() =>
    {
        Commit();
        return read(files);
    });

    private Task<bool> CommitAsync(Request request)
    {
        Dispatch(() =>
        {
            request.Number = ++requested;
            queue.Add(request);
            if (queue.Count == 1)
            {
                // Behind whatever waits already: that is committed in the same go.
                Dispatch(Commit);
            }
        });
        return request.Done.Task;
    }

    /// <inheritdoc/>
    public Task SettleAsync(string tree, IReadOnlyList<string> others) => CallAsync(() =>
    {
        Commit();
        bool wasLost = plan.Lost is not null;
        try
        {
            plan.Settle(tree, others);
        }
        catch (IOException) when (!wasLost)
        {
            TellLost();
            throw;
        }
    });

    /// <inheritdoc/>
    protected override void OnTerminate()
    {
        Commit();
        foreach (Request request in queue.Concat(waitingForSpace))
        {
            request.Done.TryCancel();
        }

        if (syncs.Registered is { } metric)
        {
            Manager.Metrics.Remove([metric]);
        }
    }

    private void Commit()
    {
        while (queue.Count > 0)
        {
            List<Request> requests = queue;
            queue = [];
            if (plan.Lost is { } lost)
            {
                Refuse(requests, lost);
            }
            else
            {
                CommitTogether(requests);
            }
        }
    }

    private void CommitTogether(List<Request> requests)
    {
        // What grows keeps its order: nothing overtakes a record of the same file that waits for space.
        HashSet<string> blocked = [.. waitingForSpace.SelectMany(static request => request.Changes).Select(static change => change.Path)];
        List<Request> ready = [];
        foreach (Request request in requests)
        {
            request.Error = null;
            if (request.CanWait && request.Changes.Any(change => blocked.Contains(change.Path)))
            {
                waitingForSpace.Add(request);
            }
            else
            {
                ready.Add(request);
            }
        }

        IReadOnlyList<Request> done;
        try
        {
            done = plan.Commit(ready, later: queue);
        }
        catch (Exception exception)
        {
            // Nobody waits for ever, whatever it was.
            queue.RemoveAll(ready.Contains);
            ready.ForEach(request => request.Error ??= DiskErrors.Of(exception));
            done = ready;
        }

        if (plan.Lost is { } lost)
        {
            TellLost();
            Refuse(done, lost);
            return;
        }

        foreach (Request request in done)
        {
            if (request.Error is { } error && DiskErrors.IsFull(error) && request.CanWait)
            {
                Wait(request, error);
            }
            else if (request.Error is not null)
            {
                LogFailed(request.Name, request.Error.Message);
                request.Done.TryFail(request.Error);
            }
            else
            {
                Outdate(request);
                request.Done.TrySet(true);
            }
        }
    }

    /// <summary>What waits for files that have newer content now must not bring the older back.</summary>
    private void Outdate(Request done)
    {
        foreach (Request waiting in waitingForSpace.Where(waiting => waiting.Number < done.Number))
        {
            waiting.Changes = [.. waiting.Changes.Where(change => change is not Change.Replace || done.Changes.All(newer => newer.Path != change.Path))];
        }
    }

    private void TellLost()
    {
        trouble = plan.Lost!.Message;
        LogLost(trouble);
        Refuse(waitingForSpace, plan.Lost);
        waitingForSpace = [];
        lost?.Invoke(trouble);
    }

    private static void Refuse(IEnumerable<Request> requests, IOException why)
    {
        foreach (Request request in requests)
        {
            request.Done.TryFail(why);
        }
    }

    private void Wait(Request request, IOException error)
    {
        waitingForSpace.Add(request);
        if (trouble is not null)
        {
            return;
        }

        trouble = error.Message;
        LogFull(error.Message);
        Delay(RetryInterval, Retry);
    }

    private void Retry()
    {
        if (plan.Lost is not null)
        {
            return;
        }

        // What stood back behind another may have been put before it.
        queue.InsertRange(0, waitingForSpace.OrderBy(static request => request.Number));
        waitingForSpace = [];
        Commit();
        if (waitingForSpace.Count > 0)
        {
            Delay(RetryInterval, Retry);
        }
        else if (plan.Lost is null)
        {
            trouble = null;
            LogSpaceAgain();
        }
    }

    [LoggerMessage(3601, LogLevel.Error, "Cannot write '{Path}': {Why}")]
    private partial void LogFailed(string path, string why);

    [LoggerMessage(3602, LogLevel.Error, "The disk is full; what was promised waits for space, and nothing new is started: {Why}")]
    private partial void LogFull(string why);

    [LoggerMessage(3603, LogLevel.Information, "What waited for space on the disk is written")]
    private partial void LogSpaceAgain();

    [LoggerMessage(3604, LogLevel.Critical, "Something may be lost, so nothing is written any more: {Why}")]
    private partial void LogLost(string why);

    /// <summary>Changes that belong together, and whoever waits for them.</summary>
    internal sealed class Request(IReadOnlyList<Change> changes, bool canWait)
    {
        /// <summary>Its place in the order of requests.</summary>
        public long Number { get; set; }

        public IReadOnlyList<Change> Changes { get; set; } = changes;

        /// <summary>What it was about, also when none of its changes is left.</summary>
        public string Name { get; } = changes[0].Path;

        public Promise<bool> Done { get; } = new();

        public IOException? Error { get; set; }

        /// <summary>Whether it is kept until it can be written.</summary>
        public bool CanWait => canWait;

        /// <summary>The files that it adds records to.</summary>
        public string[] Grows { get; } = [.. changes.OfType<Change.Append>().Select(static change => change.Path)];
    }
}

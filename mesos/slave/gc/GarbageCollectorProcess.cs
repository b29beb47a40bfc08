using System.Globalization;
using LibProcess.Processes;
using LibProcess.Time;
using Mesos.Slave.Metrics;
using Mesos.Slave.Paths;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;
using Metric = LibProcess.Metrics.Metric;

namespace Mesos.Slave.Gc;

/// <summary>Deletes directories nobody needs any more, some time after they were last used, or earlier where the disk is full.</summary>
/// <remarks>
/// A process of its own: to delete a sandbox may take long. A directory disappears at once and in one piece before its content is
/// deleted, so a crash never leaves half of a run that looks alive. Upstream: src/slave/gc.cpp and <c>Slave::garbageCollect</c> in
/// src/slave/slave.cpp.
/// </remarks>
internal sealed partial class GarbageCollectorProcess : ProcessBase
{
    /// <summary>After which time what could not be deleted is tried again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Scheduled> scheduled = new(StringComparer.Ordinal);
    private readonly IFileSystem files;
    private readonly TimeSpan delay;
    private readonly SlaveCounter succeeded;
    private readonly SlaveCounter failed;
    private readonly ILogger logger;
    private Metric? pending;
    private long doomed;

    /// <param name="manager">The node.</param>
    /// <param name="files">Where the directories are.</param>
    /// <param name="delay">How long a directory is kept.</param>
    public GarbageCollectorProcess(ProcessManager manager, IFileSystem files, TimeSpan delay)
        : base(manager, manager.Ids.Generate("agent-garbage-collector"))
    {
        (this.files, this.delay) = (files, delay);
        succeeded = new SlaveCounter(manager.Metrics, "gc/path_removals_succeeded");
        failed = new SlaveCounter(manager.Metrics, "gc/path_removals_failed");
        logger = CreateLogger<GarbageCollectorProcess>();
    }

    /// <summary>Deletes a directory that was needed until now when its time has come; scheduled again, it gets all the time again. Any thread.</summary>
    public void Schedule(string path) => Dispatch(() =>
    {
        // An agent that is started again meanwhile goes on counting from here.
        Attempt(path, () => files.Touch(path, Clock.GetUtcNow()));
        Schedule(path, delay);
    });

    /// <summary>Deletes a directory that an earlier run of the agent left; its time counts from its last change. Any thread.</summary>
    public void ScheduleLeft(string path) => Dispatch(() =>
    {
        TimeSpan age = files.ChangedAt(path) is { } changed ? Clock.GetUtcNow() - changed : TimeSpan.Zero;
        Schedule(path, delay - TimeSpan.FromTicks(Math.Clamp(age.Ticks, 0, delay.Ticks)));
    });

    /// <summary>Keeps a directory that is needed again. Any thread.</summary>
    /// <returns>Completes when it will not be deleted any more: it is there in one piece then, or not at all.</returns>
    public Task UnscheduleAsync(params IReadOnlyList<string> paths) => CallAsync(() =>
    {
        foreach (string path in paths)
        {
            if (scheduled.Remove(path, out Scheduled? found))
            {
                found.Timer.Dispose();
            }
        }
    });

    /// <summary>Deletes a directory now, whenever its time would come. Any thread.</summary>
    /// <returns>Whether nothing is there any more.</returns>
    public Task<bool> DeleteAsync(string path) => CallAsync(() => Delete(path));

    /// <summary>Deletes now what would be deleted within a time. Any thread.</summary>
    public void Prune(TimeSpan within) => Dispatch(() =>
    {
        DateTimeOffset until = Clock.GetUtcNow() + within;
        foreach (string path in scheduled.Where(entry => entry.Value.Due <= until).OrderBy(static entry => entry.Value.Due).Select(static entry => entry.Key).ToArray())
        {
            Delete(path);
        }
    });

    /// <summary>Deletes what an earlier run of the agent had begun to delete, wherever below a root that is. Any thread.</summary>
    public void Sweep(string root) => Dispatch(() =>
    {
        foreach (string slave in SweepIn(SlavePaths.Slaves(root)))
        {
            foreach (string framework in SweepIn(SlavePaths.Frameworks(root, slave)))
            {
                foreach (string executor in SweepIn(SlavePaths.Executors(root, slave, framework)))
                {
                    SweepIn(SlavePaths.Runs(root, slave, framework, executor));
                }
            }
        }
    });

    /// <summary>How much of the disk is used, from 0 to 1; null where that cannot be told. Any thread.</summary>
    public Task<double?> UsedShareAsync(string path) => CallAsync(() => files.UsedShare(path));

    /// <inheritdoc/>
    protected override void Initialize()
    {
        try
        {
            pending = Manager.Metrics.AddPullGauge("gc/path_removals_pending", this, () => scheduled.Count);
        }
        catch (InvalidOperationException)
        {
            // Another agent of this node has it.
        }
    }

    /// <inheritdoc/>
    protected override void OnTerminate() =>
        Manager.Metrics.Remove(new[] { pending, succeeded.Registered, failed.Registered }.OfType<Metric>());

    private void Schedule(string path, TimeSpan wait)
    {
        if (scheduled.Remove(path, out Scheduled? earlier))
        {
            earlier.Timer.Dispose();
        }

        scheduled[path] = new Scheduled(Clock.GetUtcNow() + wait, Delay(wait, () => Delete(path)));
    }

    /// <returns>Whether nothing is there any more.</returns>
    private bool Delete(string path)
    {
        if (scheduled.Remove(path, out Scheduled? found))
        {
            found.Timer.Dispose();
        }

        string rest = path;
        bool done = Attempt(path, () =>
        {
            if (files.ReadLink(path) is not null)
            {
                // Whatever it points to is not the agent's.
                files.Delete(path);
            }
            else if (!files.DirectoryExists(path))
            {
                return;
            }
            else
            {
                if (!IsDoomed(Path.GetFileName(path)))
                {
                    string hidden = FreeNameBeside(path);
                    files.Rename(path, hidden);
                    rest = hidden;
                    files.Sync(Path.GetDirectoryName(path)!);
                }

                files.DeleteTree(rest);
            }

            succeeded.Increment();
            LogDeleted(path);
        });
        if (!done)
        {
            Schedule(rest, RetryInterval);
        }

        return done || rest != path;
    }

    private static bool IsDoomed(string name) => name.StartsWith(CheckpointNames.Temporary, StringComparison.Ordinal);

    private string FreeNameBeside(string path)
    {
        while (true)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{CheckpointNames.Doomed}{doomed++}");
            string hidden = Path.Combine(Path.GetDirectoryName(path)!, name);
            if (files.ReadLink(hidden) is null && !files.DirectoryExists(hidden) && !files.FileExists(hidden))
            {
                return hidden;
            }
        }
    }

    /// <summary>Deletes what is doomed in a directory.</summary>
    /// <returns>What else is there. Links are left alone: a new one of the agent may be about to get its name.</returns>
    private List<string> SweepIn(string directory)
    {
        List<string> others = [];
        Attempt(directory, () =>
        {
            foreach (string name in files.List(directory))
            {
                string path = Path.Combine(directory, name);
                if (files.ReadLink(path) is not null)
                {
                    continue;
                }

                if (!IsDoomed(name))
                {
                    others.Add(name);
                }
                else if (files.DirectoryExists(path))
                {
                    Delete(path);
                }
            }
        });
        return others;
    }

    private bool Attempt(string path, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (IOException exception)
        {
            failed.Increment();
            LogNotDeleted(path, exception.Message);
            return false;
        }
    }

    private sealed record Scheduled(DateTimeOffset Due, ProcessTimer Timer);

    [LoggerMessage(3611, LogLevel.Information, "Deleted '{Path}'")]
    private partial void LogDeleted(string path);

    [LoggerMessage(3612, LogLevel.Warning, "Cannot delete '{Path}': {Why}")]
    private partial void LogNotDeleted(string path, string why);
}

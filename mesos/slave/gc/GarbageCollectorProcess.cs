using LibProcess.Processes;
using LibProcess.Time;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Gc;

/// <summary>Deletes directories nobody needs any more, some time after they were last used.</summary>
/// <remarks>
/// A process of its own: to delete a sandbox may take long. A directory disappears at once and in one piece before its content is
/// deleted, so a crash never leaves half of a run that looks alive. Upstream: src/slave/gc.cpp, without the look at the disk's use.
/// </remarks>
internal sealed partial class GarbageCollectorProcess : ProcessBase
{
    private readonly Dictionary<string, ProcessTimer> scheduled = new(StringComparer.Ordinal);
    private readonly IFileSystem files;
    private readonly TimeSpan delay;
    private readonly ILogger logger;

    /// <param name="manager">The node.</param>
    /// <param name="files">Where the directories are.</param>
    /// <param name="delay">How long a directory is kept.</param>
    public GarbageCollectorProcess(ProcessManager manager, IFileSystem files, TimeSpan delay)
        : base(manager, manager.Ids.Generate("agent-garbage-collector"))
    {
        (this.files, this.delay) = (files, delay);
        logger = CreateLogger<GarbageCollectorProcess>();
    }

    /// <summary>Deletes a directory when its time has come; scheduled again, it gets all the time again. Any thread.</summary>
    public void Schedule(string path) => Dispatch(() =>
    {
        if (scheduled.Remove(path, out ProcessTimer? earlier))
        {
            earlier.Dispose();
        }

        scheduled[path] = Delay(delay, () => Delete(path));
    });

    /// <summary>Keeps a directory that is needed again. Any thread.</summary>
    public void Unschedule(string path) => Dispatch(() =>
    {
        if (scheduled.Remove(path, out ProcessTimer? timer))
        {
            timer.Dispose();
        }
    });

    private void Delete(string path)
    {
        scheduled.Remove(path);
        try
        {
            if (files.DirectoryExists(path))
            {
                string hidden = Path.Combine(Path.GetDirectoryName(path)!, CheckpointNames.Temporary + Path.GetFileName(path));
                files.DeleteTree(hidden);
                files.Rename(path, hidden);
                files.Sync(Path.GetDirectoryName(path)!);
                files.DeleteTree(hidden);
                LogDeleted(path);
            }
        }
        catch (IOException exception)
        {
            LogNotDeleted(path, exception.Message);
        }
    }

    [LoggerMessage(3611, LogLevel.Information, "Deleted '{Path}'")]
    private partial void LogDeleted(string path);

    [LoggerMessage(3612, LogLevel.Warning, "Cannot delete '{Path}': {Why}")]
    private partial void LogNotDeleted(string path, string why);
}

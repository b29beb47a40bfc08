using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Suite.Clusters;

/// <summary>A framework that waits for what it launches: offers come through a channel, the states of tasks complete promises.</summary>
internal sealed class Framework : IScheduler, IAsyncDisposable
{
    private readonly Channel<Offer> offers = Channel.CreateUnbounded<Offer>();
    private readonly ConcurrentDictionary<(string Task, bool End), TaskCompletionSource<long>> waiting = new();
    private readonly ConcurrentQueue<string> troubles = new();
    private readonly MesosSchedulerDriver driver;
    private long updates;
    private int tasks;

    public Framework(string master, bool checkpoint)
    {
        var info = new FrameworkInfo { User = Environment.UserName, Name = "suite", Checkpoint = checkpoint, FailoverTimeout = 3600 };
        driver = new MesosSchedulerDriver(this, info, master);
        driver.Start();
    }

    /// <summary>Updates that came, duplicates included.</summary>
    public long Updates => Interlocked.Read(ref updates);

    /// <summary>Tasks that ended otherwise than they should, and other bad news.</summary>
    public IReadOnlyCollection<string> Troubles => troubles;

    /// <summary>Called for each update.</summary>
    public Action<TaskStatus>? Updated { get; set; }

    /// <summary>An offer of nearly the whole agent; parts that tasks gave back are declined, so that they come back together.</summary>
    public async Task<Offer> OfferAsync()
    {
        while (true)
        {
            Offer offer = await offers.Reader.ReadAsync();
            if (Resources.From(offer.Resources).Cpus > Cluster.Cpus * 0.8)
            {
                return offer;
            }

            driver.DeclineOffer(offer.Id, new Filters { RefuseSeconds = 0 });
        }
    }

    /// <summary>A task that nobody had before.</summary>
    public TaskInfo NewTask(Offer offer, string command) => NewTask(offer, task => task.Command = new CommandInfo { Value = command });

    /// <summary>A task on an executor.</summary>
    public TaskInfo NewTask(Offer offer, ExecutorInfo executor) => NewTask(offer, task => task.Executor = executor);

    /// <summary>Launches; what is left over comes back at once.</summary>
    /// <returns>The moment.</returns>
    public long Launch(Offer offer, params TaskInfo[] launched)
    {
        long now = Stopwatch.GetTimestamp();
        driver.LaunchTasks(offer.Id, launched, new Filters { RefuseSeconds = 0 });
        return now;
    }

    /// <summary>The moment at which the task ran.</summary>
    public Task<long> RunningAsync(TaskInfo task) => Promise(task.TaskId, false).Task;

    /// <summary>The moment at which the task had finished.</summary>
    public Task<long> FinishedAsync(TaskInfo task) => Promise(task.TaskId, true).Task;

    public void Kill(TaskInfo task) => driver.KillTask(task.TaskId);

    /// <summary>Ends the framework with all its tasks.</summary>
    public async ValueTask DisposeAsync()
    {
        driver.Stop();
        await driver.DisposeAsync();
    }

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
    {
    }

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
    {
        foreach (Offer offer in offers)
        {
            this.offers.Writer.TryWrite(offer);
        }
    }

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
    {
        long now = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref updates);
        Updated?.Invoke(status);
        if (status.State == TaskState.TaskRunning)
        {
            Promise(status.TaskId, false).TrySetResult(now);
        }
        else if (status.State == TaskState.TaskFinished)
        {
            Promise(status.TaskId, true).TrySetResult(now);
        }
        else if (status.State.IsTerminal() && status.State != TaskState.TaskKilled)
        {
            Fail($"Task {status.TaskId.Value} ended as {status.State}: {status.Message}");
        }
    }

    public void Error(ISchedulerDriver driver, string message) => Fail(message);

    private void Fail(string trouble)
    {
        troubles.Enqueue(trouble);
        foreach (TaskCompletionSource<long> promise in waiting.Values)
        {
            promise.TrySetException(new InvalidOperationException(trouble));
        }
    }

    private TaskCompletionSource<long> Promise(TaskID task, bool end) =>
        waiting.GetOrAdd((task.Value, end), static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private TaskInfo NewTask(Offer offer, Action<TaskInfo> complete)
    {
        string id = $"task-{Interlocked.Increment(ref tasks)}";
        var task = new TaskInfo { Name = id, TaskId = new TaskID { Value = id }, SlaveId = offer.SlaveId };
        task.Resources.AddRange(Resources.Parse("cpus:0.1;mem:32"));
        complete(task);
        return task;
    }
}

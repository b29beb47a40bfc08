using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Interop.Tests.Simulation;

/// <summary>Launches a task on the first offer, and another one where it is lost, until one has finished.</summary>
internal sealed class OneTaskScheduler : IScheduler
{
    private int tasks;
    private TaskID? current;

    public List<string> Log { get; } = [];

    public bool IsDone { get; private set; }

    /// <summary>Null until the first registration.</summary>
    public FrameworkID? Id { get; private set; }

    /// <summary>Called where the driver gives up, for example because the master lost the way to it.</summary>
    public Action? GivenUp { get; set; }

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
    {
        Id = frameworkId;
        Log.Add("registered");
    }

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
    {
        foreach (Offer offer in offers)
        {
            if (current is null && !IsDone)
            {
                current = new TaskID { Value = $"task-{++tasks}" };
                driver.LaunchTasks(offer.Id, [Task(offer)]);
            }
            else
            {
                driver.DeclineOffer(offer.Id, new Filters { RefuseSeconds = 1 });
            }
        }
    }

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
    {
        Log.Add($"{status.TaskId.Value} {status.State}");
        IsDone |= status.State == TaskState.TaskFinished;
        if (status.TaskId.Equals(current) && status.State is not (TaskState.TaskStaging or TaskState.TaskStarting or TaskState.TaskRunning))
        {
            current = null;
        }
    }

    /// <summary>What was said of the task may have been lost: asks anew.</summary>
    public void Reconcile(ISchedulerDriver driver)
    {
        if (current is not null)
        {
            driver.ReconcileTasks([new TaskStatus { TaskId = current, State = TaskState.TaskStaging }]);
        }
    }

    public void Error(ISchedulerDriver driver, string message)
    {
        Log.Add($"error {message}");
        GivenUp?.Invoke();
    }

    private TaskInfo Task(Offer offer) => new()
    {
        Name = "task",
        TaskId = current,
        SlaveId = offer.SlaveId,
        Resources = { Cpus(1) },
        Executor = new ExecutorInfo
        {
            ExecutorId = new ExecutorID { Value = $"executor-{tasks}" },
            Command = new CommandInfo { Value = "executor" },
            Resources = { Cpus(0.1) },
        },
    };

    private static Resource Cpus(double count) => new()
    {
        Name = "cpus",
        Type = Value.Types.Type.Scalar,
        Scalar = new Value.Types.Scalar { Value = count },
        AllocationInfo = new Resource.Types.AllocationInfo { Role = "*" },
    };
}

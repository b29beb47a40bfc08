using System.Globalization;
using Mesos.Common;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Examples;

/// <summary>Runs five tasks, each on one cpu and 128 MB, and stops when all have finished.</summary>
/// <remarks>Upstream: <c>TestScheduler</c> in src/examples/test_framework.cpp.</remarks>
internal sealed class TestScheduler(ExecutorInfo executor, string role, bool acknowledges, TextWriter output) : IScheduler
{
    private const int TotalTasks = 5;

    private readonly Resources perTask = Resources.Parse("cpus:1;mem:128").Allocate(role);
    private int launched;
    private int finished;

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo) => output.WriteLine("Registered!");

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
    {
        foreach (Offer offer in offers)
        {
            Resources remaining = Resources.From(offer.Resources);
            output.WriteLine($"Received offer {offer.Id.Value} with {remaining}");

            // Without a task in it, the launch declines the offer.
            List<TaskInfo> tasks = [];
            while (launched < TotalTasks && remaining.Find(Wanted()) is { } found)
            {
                tasks.Add(NewTask(offer, found));
                remaining -= found;
            }

            driver.LaunchTasks(offer.Id, tasks);
        }
    }

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
    {
        output.WriteLine($"Task {status.TaskId.Value} is in state {status.State}");
        switch (status.State)
        {
            case TaskState.TaskFinished:
                finished++;
                break;
            case TaskState.TaskLost or TaskState.TaskKilled or TaskState.TaskFailed or TaskState.TaskError:
                output.WriteLine(
                    $"Aborting because task {status.TaskId.Value} is in unexpected state {status.State} with reason {status.Reason} "
                    + $"from source {status.Source} with message '{status.Message}'");
                driver.Abort();
                break;
            default:
                break;
        }

        if (acknowledges)
        {
            driver.AcknowledgeStatusUpdate(status);
        }

        if (finished == TotalTasks)
        {
            driver.Stop();
        }
    }

    public void Error(ISchedulerDriver driver, string message) => output.WriteLine(message);

    // Resources reserved for the role are taken before those for everybody.
    private Resources Wanted() => role == "*"
        ? perTask
        : perTask.PushReservation(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Static, Role = role });

    private TaskInfo NewTask(Offer offer, Resources resources)
    {
        string id = launched++.ToString(CultureInfo.InvariantCulture);
        output.WriteLine($"Launching task {id} using offer {offer.Id.Value}");
        var task = new TaskInfo
        {
            Name = $"Task {id}",
            TaskId = new TaskID { Value = id },
            SlaveId = offer.SlaveId,
            Executor = executor,
        };
        task.Resources.AddRange(resources);
        return task;
    }
}

using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Examples;

/// <summary>The smallest framework: says hello from some agent.</summary>
internal sealed class HelloFramework : IScheduler
{
    private bool launched;

    public static async Task<int> RunAsync(string master)
    {
        var framework = new FrameworkInfo { User = "", Name = "hello" };
        await using var driver = new MesosSchedulerDriver(new HelloFramework(), framework, master);
        return await driver.RunAsync() == Status.DriverStopped ? 0 : 1;
    }

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo) =>
        Console.WriteLine($"Registered as {frameworkId.Value}");

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
    {
        foreach (Offer offer in offers)
        {
            driver.LaunchTasks(offer.Id, launched ? [] : [Hello(offer)]);
            launched = true;
        }
    }

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
    {
        Console.WriteLine($"Task {status.TaskId.Value} is in state {status.State}: {status.Message}");
        if (status.State is TaskState.TaskFinished)
        {
            driver.Stop();
        }
        else if (status.State is not (TaskState.TaskStaging or TaskState.TaskStarting or TaskState.TaskRunning))
        {
            driver.Abort();
        }
    }

    public void Error(ISchedulerDriver driver, string message) => Console.Error.WriteLine(message);

    private static TaskInfo Hello(Offer offer) => new()
    {
        Name = "hello",
        TaskId = new TaskID { Value = "hello-1" },
        SlaveId = offer.SlaveId,
        Command = new CommandInfo { Value = "echo hello from $(hostname)" },
        Resources = { Scalar("cpus", 0.1), Scalar("mem", 32) },
    };

    private static Resource Scalar(string name, double amount) =>
        new() { Name = name, Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = amount }, Role = "*" };
}

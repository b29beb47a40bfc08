using Mesos.Exec;
using Mesos.Proto;

namespace Mesos.Examples;

/// <summary>Finishes every task at once.</summary>
/// <remarks>Upstream: src/examples/test_executor.cpp.</remarks>
internal sealed class TestExecutor(TextWriter output) : IExecutor
{
    public static async Task<int> RunAsync()
    {
        await using var driver = new MesosExecutorDriver(new TestExecutor(Console.Out));
        return await driver.RunAsync() == Status.DriverStopped ? 0 : 1;
    }

    public void Registered(IExecutorDriver driver, ExecutorInfo executorInfo, FrameworkInfo frameworkInfo, SlaveInfo slaveInfo) =>
        output.WriteLine($"Registered executor on {slaveInfo.Hostname}");

    public void Reregistered(IExecutorDriver driver, SlaveInfo slaveInfo) =>
        output.WriteLine($"Re-registered executor on {slaveInfo.Hostname}");

    public void LaunchTask(IExecutorDriver driver, TaskInfo task)
    {
        output.WriteLine($"Starting task {task.TaskId.Value}");
        driver.SendStatusUpdate(new TaskStatus { TaskId = task.TaskId, State = TaskState.TaskRunning });

        // Here one would do, or start elsewhere, what the task is about.
        output.WriteLine($"Finishing task {task.TaskId.Value}");
        driver.SendStatusUpdate(new TaskStatus { TaskId = task.TaskId, State = TaskState.TaskFinished });
    }

    public void KillTask(IExecutorDriver driver, TaskID taskId)
    {
    }

    public void Shutdown(IExecutorDriver driver) => driver.Stop();

    public void Error(IExecutorDriver driver, string message) => output.WriteLine(message);
}

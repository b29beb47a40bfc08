using LibProcess.Processes;
using Mesos.Common.Messages;
using Mesos.Exec;
using Mesos.Proto;

namespace Mesos.Suite.Clusters;

/// <summary>
/// An executor whose container holds a sleeping program only, while its driver, with a node and connections of its own, lives in this
/// program: to the agent it is as any other, but it costs the machine little.
/// </summary>
internal sealed class StandIn : IExecutor, IAsyncDisposable
{
    private readonly TaskCompletionSource reregistered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProcessManager node = ProcessManager.Start(WireMessageSchema.ApplyTo(new ProcessManagerOptions()));
    private readonly MesosExecutorDriver driver;

    private StandIn(IReadOnlyDictionary<string, string> environment)
    {
        driver = new MesosExecutorDriver(this, new ExecutorDriverOptions { Environment = environment, Manager = node, KillProcessGroup = static () => { } });
        driver.Start();
    }

    public IExecutorDriver Driver => driver;

    /// <summary>The agent was restarted and knows the executor again.</summary>
    public Task Reregistered => reregistered.Task;

    /// <summary>How an executor is described whose container tells what the agent told it in a file of the directory, named as the executor.</summary>
    public static ExecutorInfo Describe(string id, string directory) => new()
    {
        ExecutorId = new ExecutorID { Value = id },
        Command = new CommandInfo
        {
            Value = $"echo \"$MESOS_SLAVE_PID $MESOS_SLAVE_ID $MESOS_FRAMEWORK_ID $MESOS_EXECUTOR_ID $MESOS_CHECKPOINT\" >'{directory}/{id}'; exec sleep 1000000",
        },
    };

    /// <summary>Waits for the containers of executors and gives each its driver.</summary>
    public static async Task<StandIn[]> StartAsync(IReadOnlyList<ExecutorInfo> executors, string directory)
    {
        List<StandIn> started = [];
        foreach (ExecutorInfo executor in executors)
        {
            string file = Path.Combine(directory, executor.ExecutorId.Value);
            string text;
            while (!(text = File.Exists(file) ? await File.ReadAllTextAsync(file) : string.Empty).EndsWith('\n'))
            {
                await Task.Delay(5);
            }

            string[] words = text.TrimEnd('\n').Split(' ');
            started.Add(new StandIn(new Dictionary<string, string>
            {
                ["MESOS_SLAVE_PID"] = words[0],
                ["MESOS_SLAVE_ID"] = words[1],
                ["MESOS_FRAMEWORK_ID"] = words[2],
                ["MESOS_EXECUTOR_ID"] = words[3],
                ["MESOS_CHECKPOINT"] = words[4],
                ["MESOS_DIRECTORY"] = directory,
            }));
        }

        return [.. started];
    }

    public void LaunchTask(IExecutorDriver driver, TaskInfo task) => Tell(task.TaskId, TaskState.TaskRunning);

    public void Tell(TaskID task, TaskState state) => driver.SendStatusUpdate(new TaskStatus { TaskId = task, State = state });

    void IExecutor.Reregistered(IExecutorDriver driver, SlaveInfo slaveInfo) => reregistered.TrySetResult();

    public void KillTask(IExecutorDriver driver, TaskID taskId) => Tell(taskId, TaskState.TaskKilled);

    public void Shutdown(IExecutorDriver driver)
    {
        // The agent ends the container.
    }

    public void Error(IExecutorDriver driver, string message) => reregistered.TrySetException(new InvalidOperationException(message));

    public async ValueTask DisposeAsync()
    {
        await driver.DisposeAsync();
        await node.DisposeAsync();
    }
}

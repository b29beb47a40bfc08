using Mesos.Exec;
using Mesos.Proto;

namespace Mesos.Examples.Tests;

/// <summary>Both drivers at work, as users run them.</summary>
[TestFixture]
internal sealed class TestFrameworkTests
{
    private static readonly Dictionary<string, string> Loopback = new() { ["LIBPROCESS_IP"] = "127.0.0.1" };

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(60_000)]
    public async Task Five_tasks_finish_on_the_frameworks_own_executor(bool explicitAcknowledgements)
    {
        await using var cluster = new TinyCluster(new TestExecutor(TextWriter.Null));
        Dictionary<string, string> environment = new(Loopback);
        if (explicitAcknowledgements)
        {
            environment["MESOS_EXPLICIT_ACKNOWLEDGEMENTS"] = "1";
        }

        Assert.That(await TestFramework.RunAsync([$"--master={cluster.Master}"], environment), Is.Zero);
        IReadOnlyList<string> calls = await cluster.CallsAsync();
        Assert.That(calls[0], Is.EqualTo("Subscribe"));
        Assert.That(calls.Count(call => call == "Accept"), Is.GreaterThanOrEqualTo(2), "four tasks, then one");

        // The scheduler stops inside the callback of the last update, before an implicit acknowledgement.
        Assert.That(calls.Count(call => call == "Acknowledge"), Is.EqualTo(explicitAcknowledgements ? 10 : 9));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_task_that_fails_fails_the_framework()
    {
        await using var cluster = new TinyCluster(new FailingExecutor());
        Assert.That(await TestFramework.RunAsync([$"--master={cluster.Master}"], Loopback), Is.Not.Zero);
    }

    [TestCase]
    [TestCase("--master=nowhere")]
    [TestCase("--master=127.0.0.1:1", "--authenticate")]
    [TestCase("--master=127.0.0.1:1", "--no-such-flag")]
    public async Task What_cannot_be_run_fails(params string[] arguments) =>
        Assert.That(await TestFramework.RunAsync(arguments, Loopback), Is.Not.Zero);

    private sealed class FailingExecutor : IExecutor
    {
        public void LaunchTask(IExecutorDriver driver, TaskInfo task) =>
            driver.SendStatusUpdate(new TaskStatus { TaskId = task.TaskId, State = TaskState.TaskFailed });

        public void KillTask(IExecutorDriver driver, TaskID taskId)
        {
        }

        public void Shutdown(IExecutorDriver driver) => driver.Stop();

        public void Error(IExecutorDriver driver, string message)
        {
        }
    }
}

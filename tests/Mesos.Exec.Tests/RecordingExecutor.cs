using System.Text;
using Mesos.Proto;

namespace Mesos.Exec.Tests;

/// <summary>Shows its callbacks, and does inside one whatever the test wants.</summary>
internal sealed class RecordingExecutor : IExecutor
{
    private readonly Inbox<(string Name, object? Argument)> inbox = new();

    /// <summary>Called inside every callback with its name.</summary>
    public Action<string, IExecutorDriver>? Inside { get; set; }

    public async Task<T> NextAsync<T>(string callback)
    {
        (string name, object? argument) = await inbox.NextAsync(callback);
        Assert.That(name, Is.EqualTo(callback), $"{argument}");
        return (T)argument!;
    }

    public Task NextAsync(string callback) => NextAsync<object?>(callback);

    public bool TryTake(out (string Name, object? Argument) item) => inbox.TryTake(out item);

    public void Registered(IExecutorDriver driver, ExecutorInfo executorInfo, FrameworkInfo frameworkInfo, SlaveInfo slaveInfo) =>
        Add(nameof(Registered), (executorInfo.Data.ToStringUtf8(), frameworkInfo.Name, slaveInfo.Hostname), driver);

    public void Reregistered(IExecutorDriver driver, SlaveInfo slaveInfo) => Add(nameof(Reregistered), slaveInfo.Hostname, driver);

    public void Disconnected(IExecutorDriver driver) => Add(nameof(Disconnected), null, driver);

    public void LaunchTask(IExecutorDriver driver, TaskInfo task) => Add(nameof(LaunchTask), task, driver);

    public void KillTask(IExecutorDriver driver, TaskID taskId) => throw new AssertionException("the form with a policy comes first");

    public void KillTask(IExecutorDriver driver, TaskID taskId, KillPolicy? killPolicy) =>
        Add(nameof(KillTask), (taskId.Value, killPolicy), driver);

    public void FrameworkMessage(IExecutorDriver driver, ReadOnlyMemory<byte> data) =>
        Add(nameof(FrameworkMessage), Encoding.UTF8.GetString(data.Span), driver);

    public void Shutdown(IExecutorDriver driver) => Add(nameof(Shutdown), null, driver);

    public void Error(IExecutorDriver driver, string message) => Add(nameof(Error), message, driver);

    private void Add(string name, object? argument, IExecutorDriver driver)
    {
        inbox.Add((name, argument));
        Inside?.Invoke(name, driver);
    }
}

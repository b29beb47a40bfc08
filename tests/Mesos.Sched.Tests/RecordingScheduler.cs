using Mesos.Proto;

namespace Mesos.Sched.Tests;

/// <summary>Shows its callbacks, and does inside one whatever the test wants.</summary>
internal sealed class RecordingScheduler : IScheduler
{
    private readonly Inbox<(string Name, object? Argument)> inbox = new();

    /// <summary>Called inside every callback with its name.</summary>
    public Action<string, ISchedulerDriver>? Inside { get; set; }

    public async Task<T> NextAsync<T>(string callback)
    {
        (string name, object? argument) = await inbox.NextAsync(callback);
        Assert.That(name, Is.EqualTo(callback), $"{argument}");
        return (T)argument!;
    }

    public Task NextAsync(string callback) => NextAsync<object?>(callback);

    public bool TryTake(out (string Name, object? Argument) item) => inbox.TryTake(out item);

    public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo) =>
        Add(nameof(Registered), (frameworkId.Value, masterInfo.Hostname), driver);

    public void Reregistered(ISchedulerDriver driver, MasterInfo masterInfo) => Add(nameof(Reregistered), masterInfo.Pid, driver);

    public void Disconnected(ISchedulerDriver driver) => Add(nameof(Disconnected), null, driver);

    public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers) => Add(nameof(ResourceOffers), offers, driver);

    public void OfferRescinded(ISchedulerDriver driver, OfferID offerId) => Add(nameof(OfferRescinded), offerId.Value, driver);

    public void StatusUpdate(ISchedulerDriver driver, TaskStatus status) => Add(nameof(StatusUpdate), status, driver);

    public void FrameworkMessage(ISchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, ReadOnlyMemory<byte> data) =>
        Add(nameof(FrameworkMessage), (executorId.Value, slaveId.Value, System.Text.Encoding.UTF8.GetString(data.Span)), driver);

    public void SlaveLost(ISchedulerDriver driver, SlaveID slaveId) => Add(nameof(SlaveLost), slaveId.Value, driver);

    public void ExecutorLost(ISchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, int status) =>
        Add(nameof(ExecutorLost), (executorId.Value, slaveId.Value, status), driver);

    public void Error(ISchedulerDriver driver, string message) => Add(nameof(Error), message, driver);

    private void Add(string name, object? argument, ISchedulerDriver driver)
    {
        inbox.Add((name, argument));
        Inside?.Invoke(name, driver);
    }
}

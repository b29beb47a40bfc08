using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>Calls the framework, and keeps what it throws from doing harm. Used by one thread at a time.</summary>
internal sealed partial class SchedulerCallbacks(IScheduler scheduler, ISchedulerDriver driver, ILogger logger)
{
    public void Registered(FrameworkID frameworkId, MasterInfo master) =>
        Invoke(nameof(IScheduler.Registered), () => scheduler.Registered(driver, frameworkId, master));

    public void Reregistered(MasterInfo master) =>
        Invoke(nameof(IScheduler.Reregistered), () => scheduler.Reregistered(driver, master));

    public void Disconnected() => Invoke(nameof(IScheduler.Disconnected), () => scheduler.Disconnected(driver));

    public void ResourceOffers(IReadOnlyList<Offer> offers) =>
        Invoke(nameof(IScheduler.ResourceOffers), () => scheduler.ResourceOffers(driver, offers));

    public void OfferRescinded(OfferID offer) =>
        Invoke(nameof(IScheduler.OfferRescinded), () => scheduler.OfferRescinded(driver, offer));

    public void StatusUpdate(TaskStatus status) =>
        Invoke(nameof(IScheduler.StatusUpdate), () => scheduler.StatusUpdate(driver, status));

    public void FrameworkMessage(ExecutorID executor, SlaveID agent, ReadOnlyMemory<byte> data) =>
        Invoke(nameof(IScheduler.FrameworkMessage), () => scheduler.FrameworkMessage(driver, executor, agent, data));

    public void SlaveLost(SlaveID agent) => Invoke(nameof(IScheduler.SlaveLost), () => scheduler.SlaveLost(driver, agent));

    public void ExecutorLost(ExecutorID executor, SlaveID agent, int status) =>
        Invoke(nameof(IScheduler.ExecutorLost), () => scheduler.ExecutorLost(driver, executor, agent, status));

    /// <summary>Tells of an error that ends the driver; call it after the driver is aborted.</summary>
    public void Error(string message)
    {
        try
        {
            scheduler.Error(driver, message);
        }
        catch (Exception exception)
        {
            LogCallbackFailed(nameof(IScheduler.Error), exception);
        }
    }

    private void Invoke(string name, Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception exception)
        {
            LogCallbackFailed(name, exception);
            bool stopped = driver.Abort() == Status.DriverStopped;
            if (!stopped)
            {
                Error($"The callback {name} failed: {exception.Message}");
            }
        }
    }

    [LoggerMessage(4001, LogLevel.Error, "The framework let an exception escape from its callback {Callback}")]
    private partial void LogCallbackFailed(string callback, Exception exception);
}

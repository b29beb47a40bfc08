using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Exec;

/// <summary>Calls the executor, and keeps what it throws from doing harm. Used by one thread at a time.</summary>
internal sealed partial class ExecutorCallbacks(IExecutor executor, IExecutorDriver driver, ILogger logger)
{
    public void Registered(ExecutorInfo info, FrameworkInfo framework, SlaveInfo agent) =>
        Invoke(nameof(IExecutor.Registered), () => executor.Registered(driver, info, framework, agent));

    public void Reregistered(SlaveInfo agent) => Invoke(nameof(IExecutor.Reregistered), () => executor.Reregistered(driver, agent));

    public void Disconnected() => Invoke(nameof(IExecutor.Disconnected), () => executor.Disconnected(driver));

    public void LaunchTask(TaskInfo task) => Invoke(nameof(IExecutor.LaunchTask), () => executor.LaunchTask(driver, task));

    public void KillTask(TaskID task, KillPolicy? policy) =>
        Invoke(nameof(IExecutor.KillTask), () => executor.KillTask(driver, task, policy));

    public void FrameworkMessage(ReadOnlyMemory<byte> data) =>
        Invoke(nameof(IExecutor.FrameworkMessage), () => executor.FrameworkMessage(driver, data));

    public void Shutdown() => Invoke(nameof(IExecutor.Shutdown), () => executor.Shutdown(driver));

    /// <summary>Tells of an error that ends the driver; call it after the driver is aborted.</summary>
    public void Error(string message)
    {
        try
        {
            executor.Error(driver, message);
        }
        catch (Exception exception)
        {
            LogCallbackFailed(nameof(IExecutor.Error), exception);
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

    [LoggerMessage(5001, LogLevel.Error, "The executor let an exception escape from its callback {Callback}")]
    private partial void LogCallbackFailed(string callback, Exception exception);
}

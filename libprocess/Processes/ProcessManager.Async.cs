namespace LibProcess.Processes;

// Work that must not hold up any process.
public sealed partial class ProcessManager
{
    /// <summary>
    /// Runs a function on a process of its own, <c>__async_executor__(N)</c>, so that whoever asks can go on with other events.
    /// </summary>
    /// <param name="function">Must not touch what belongs to other processes.</param>
    /// <remarks>Upstream: <c>async</c> in 3rdparty/libprocess/include/process/async.hpp. For work that takes long but does not block.</remarks>
    /// <exception cref="InvalidOperationException">The node is stopping.</exception>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var executor = new AsyncExecutorProcess(this);
        Spawn(executor);
        Task<T> result = executor.CallAsync(function);
        executor.Terminate(inject: false);
        return result;
    }

    /// <summary>Likewise, for work without a result.</summary>
    /// <exception cref="InvalidOperationException">The node is stopping.</exception>
    public Task RunAsync(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return RunAsync(() => { action(); return true; });
    }

    private sealed class AsyncExecutorProcess(ProcessManager manager) : ProcessBase(manager, manager.Ids.Generate("__async_executor__"));
}

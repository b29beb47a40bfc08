using LibProcess.Futures;

namespace Mesos.Slave.Http;

/// <summary>Measures for many who ask: one at a time, and those who wait for it to begin share it.</summary>
/// <remarks>Used inside one process only.</remarks>
/// <param name="run">Starts a story of the process.</param>
/// <param name="permitted">Completes when the next may begin.</param>
/// <param name="measure">Measures.</param>
internal sealed class SharedMeasurement<T>(Action<Func<Task>> run, Func<Task> permitted, Func<Task<T>> measure)
{
    private Promise<T>? waiting;
    private Task last = Task.CompletedTask;

    /// <summary>What is measured from now on.</summary>
    public Task<T> NextAsync()
    {
        if (waiting is not null)
        {
            return waiting.Task;
        }

        Promise<T> next = waiting = new Promise<T>();
        run(() => RunAsync(next));
        return next.Task;
    }

    private async Task RunAsync(Promise<T> next)
    {
        try
        {
            await last.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            await permitted();
            (waiting, last) = (null, next.Task);
            next.TrySet(await measure());
        }
        catch (Exception exception)
        {
            waiting = waiting == next ? null : waiting;
            next.TryFail(exception);
        }
    }
}

namespace LibProcess.Futures;

/// <summary>Alternates between getting something and working on it.</summary>
/// <remarks>
/// Upstream: <c>loop</c> in 3rdparty/libprocess/include/process/loop.hpp. Within one method a <c>while</c> with awaits says the
/// same; this is for steps that come from elsewhere. Any number of rounds needs no stack. A loop called inside a process runs its
/// steps there, and other events of the process are handled between them.
/// </remarks>
public static class Loop
{
    /// <summary>Runs until the body breaks; a failure or cancellation of either step is that of the loop.</summary>
    /// <param name="iterate">Gets the next item. Its token is that of the loop, and so reaches the step under way.</param>
    /// <param name="body">Works on the item.</param>
    /// <param name="cancellation">Cancels the step under way; no further one is started.</param>
    public static async Task<TResult> RunAsync<T, TResult>(
        Func<CancellationToken, Task<T>> iterate,
        Func<T, CancellationToken, Task<ControlFlow<TResult>>> body,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(iterate);
        ArgumentNullException.ThrowIfNull(body);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            T item = await iterate(cancellation);
            cancellation.ThrowIfCancellationRequested();
            ControlFlow<TResult> flow = await body(item, cancellation);
            if (flow.IsBreak)
            {
                return flow.Value!;
            }
        }
    }
}

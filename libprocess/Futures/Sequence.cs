namespace LibProcess.Futures;

/// <summary>Runs asynchronous steps one after the other: a step starts when all steps added before it are over, however they ended.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/include/process/sequence.hpp. Safe from any thread. A step added inside a process starts in that
/// process, at once if nothing is under way. A step that never ends holds up all that follow.
/// </remarks>
public sealed class Sequence : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource ended = new();
    private Task last = Task.CompletedTask;

    /// <summary>Adds a step and brings its result back.</summary>
    /// <param name="step">The step. Its token is cancelled when <paramref name="cancellation"/> is, or when the sequence is disposed.</param>
    /// <param name="cancellation">Before the step has started: takes it out of the sequence. After: is handed on to it.</param>
    /// <exception cref="OperationCanceledException">The step was cancelled, or the sequence disposed, before it started.</exception>
    public async Task<T> AddAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        var over = new Promise<bool>();
        Task previous;
        using CancellationTokenSource cancelled = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, cancellation);
        lock (gate)
        {
            previous = last;
            last = over.Task;
        }

        try
        {
            await previous.WaitAsync(cancelled.Token);
            cancelled.Token.ThrowIfCancellationRequested();
            return await step(cancelled.Token);
        }
        finally
        {
            // A step that leaves before its turn must not let those behind it overtake those before it.
            if (previous.IsCompleted)
            {
                over.TrySet(true);
            }
            else
            {
                previous.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => over.TrySet(true));
            }
        }
    }

    /// <summary>Adds a step without a result.</summary>
    /// <param name="step">The step; see the other overload.</param>
    /// <param name="cancellation">See the other overload.</param>
    public Task AddAsync(Func<CancellationToken, Task> step, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        return AddAsync<bool>(
            async token =>
            {
                await step(token);
                return true;
            },
            cancellation);
    }

    /// <summary>Drops the steps that have not started and asks the one under way to give up.</summary>
    public void Dispose() => ended.Cancel();
}

using LibProcess.Scheduling;

namespace LibProcess.Futures;

/// <summary>The writing end of a task whose waiters always resume through their own mailbox, never inside the setter.</summary>
/// <typeparam name="T">The value promised.</typeparam>
/// <remarks>Upstream: <c>Promise</c> in 3rdparty/libprocess/include/process/future.hpp. Safe from any thread; the first setter wins.</remarks>
public sealed class Promise<T>
{
    private readonly TaskCompletionSource<T> source = new(SimulatedThread.Continuations);

    /// <summary>The reading end; may be awaited by several.</summary>
    public Task<T> Task => source.Task;

    /// <summary>Fulfils the promise.</summary>
    public bool TrySet(T value)
    {
        if (!SimulatedThread.IsCurrent)
        {
            return source.TrySetResult(value);
        }

        using (SimulatedThread.Enter())
        {
            return source.TrySetResult(value);
        }
    }

    /// <summary>Fails the promise.</summary>
    public bool TryFail(Exception exception)
    {
        if (!SimulatedThread.IsCurrent)
        {
            return source.TrySetException(exception);
        }

        using (SimulatedThread.Enter())
        {
            return source.TrySetException(exception);
        }
    }

    /// <summary>Gives the promise up; waiters see an <see cref="OperationCanceledException"/>.</summary>
    public bool TryCancel(CancellationToken cancellation = default)
    {
        if (!SimulatedThread.IsCurrent)
        {
            return source.TrySetCanceled(cancellation);
        }

        using (SimulatedThread.Enter())
        {
            return source.TrySetCanceled(cancellation);
        }
    }
}

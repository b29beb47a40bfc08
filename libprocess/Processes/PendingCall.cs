using System.Runtime.CompilerServices;
using LibProcess.Scheduling;

namespace LibProcess.Processes;

/// <summary>A call whose caller waits for the result; it must end in one way or another even if the process does not get to it.</summary>
internal interface IPendingCall
{
    void Invoke();

    void Abandon(string processId);
}

/// <summary>A call that is the source of its own result: one object for both.</summary>
/// <remarks>As with <see cref="Futures.Promise{T}"/>, who waits goes on through its own mailbox, never inside this process.</remarks>
internal abstract class PendingCall<T>() : TaskCompletionSource<T>(SimulatedThread.Continuations), IPendingCall
{
    public abstract void Invoke();

    public void Abandon(string processId) => Fail(new ProcessTerminatedException(processId));

    protected void Complete(T result)
    {
        if (!SimulatedThread.IsCurrent)
        {
            TrySetResult(result);
            return;
        }

        using (SimulatedThread.Enter())
        {
            TrySetResult(result);
        }
    }

    protected void Fail(Exception exception)
    {
        if (!SimulatedThread.IsCurrent)
        {
            SetFailure(exception);
            return;
        }

        using (SimulatedThread.Enter())
        {
            SetFailure(exception);
        }
    }

    private void SetFailure(Exception exception)
    {
        if (exception is OperationCanceledException cancelled and not ProcessTerminatedException)
        {
            TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            TrySetException(exception);
        }
    }
}

/// <summary>A call with a result that is there at once.</summary>
internal sealed class Call<TState, T>(Func<TState, T> function, TState state) : PendingCall<T>
{
    public override void Invoke()
    {
        try
        {
            Complete(function(state));
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }
}

/// <summary>A call with a result that comes later.</summary>
internal sealed class AsyncCall<TState, T>(Func<TState, Task<T>> function, TState state) : PendingCall<T>
{
    private TaskAwaiter<T> awaiter;

    public override void Invoke()
    {
        try
        {
            awaiter = function(state).GetAwaiter();
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        if (awaiter.IsCompleted)
        {
            Settle();
        }
        else
        {
            awaiter.UnsafeOnCompleted(Settle);
        }
    }

    private void Settle()
    {
        try
        {
            Complete(awaiter.GetResult());
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }
}

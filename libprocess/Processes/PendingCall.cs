using LibProcess.Futures;

namespace LibProcess.Processes;

/// <summary>A call whose caller waits for the result; it must end in one way or another even if the process does not get to it.</summary>
internal abstract class PendingCall
{
    public abstract void Invoke();

    public abstract void Abandon(string processId);
}

/// <summary>A call with a result that is there at once.</summary>
internal class Call<T> : PendingCall
{
    private readonly Func<T>? function;
    private readonly Promise<T> source = new();

    public Call(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        this.function = function;
    }

    protected Call()
    {
    }

    public Task<T> Task => source.Task;

    public override void Invoke()
    {
        try
        {
            source.TrySet(function!());
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    public override void Abandon(string processId) => source.TryFail(new ProcessTerminatedException(processId));

    protected void Complete(T result) => source.TrySet(result);

    protected void Fail(Exception exception)
    {
        if (exception is OperationCanceledException cancelled and not ProcessTerminatedException)
        {
            source.TryCancel(cancelled.CancellationToken);
        }
        else
        {
            source.TryFail(exception);
        }
    }
}

/// <summary>A call with a result that comes later.</summary>
internal sealed class AsyncCall<T> : Call<T>
{
    private readonly Func<Task<T>> function;

    public AsyncCall(Func<Task<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        this.function = function;
    }

    public override void Invoke() => _ = InvokeAsync();

    private async Task InvokeAsync()
    {
        try
        {
            Complete(await function());
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }
}

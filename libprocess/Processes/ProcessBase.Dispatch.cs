using System.Runtime.CompilerServices;
using LibProcess.Events;
using LibProcess.Futures;
using LibProcess.Time;

namespace LibProcess.Processes;

// Calls into the process, delays, and the way back after an await.
public abstract partial class ProcessBase
{
    private static readonly Action<object?> FireTimer = static state => ((ProcessTimer)state!).Fire();
    private static readonly Action<object?> InvokeCall = static state => ((IPendingCall)state!).Invoke();

    /// <summary>Runs an action as an event of this process. Any thread. Dropped if the process has ended.</summary>
    public void Dispatch(Action action, [CallerMemberName] string name = "") => EnqueueDispatch(action, null, name);

    /// <summary>Runs an action with an argument; with a static lambda nothing is allocated. Any thread.</summary>
    public void Dispatch(Action<object?> action, object? state, [CallerMemberName] string name = "") =>
        EnqueueDispatch(action, state, name);

    /// <summary>Runs a function as an event of this process and brings back its result. Any thread.</summary>
    /// <returns>Cancelled with <see cref="ProcessTerminatedException"/> if the process has ended or ends first.</returns>
    public Task<T> CallAsync<T>(Func<T> function, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        return Enqueue(new Call<Func<T>, T>(static function => function(), function), name);
    }

    /// <summary>
    /// Runs a function with an argument and brings back its result; with a static lambda only the call itself is allocated.
    /// Any thread.
    /// </summary>
    /// <returns>Cancelled with <see cref="ProcessTerminatedException"/> if the process has ended or ends first.</returns>
    public Task<T> CallAsync<TState, T>(Func<TState, T> function, TState state, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        return Enqueue(new Call<TState, T>(function, state), name);
    }

    /// <summary>Runs an action as an event of this process and tells when it is done. Any thread.</summary>
    public Task CallAsync(Action action, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(action);
        return CallAsync(
            static action =>
            {
                action();
                return true;
            },
            action,
            name);
    }

    /// <summary>Starts an asynchronous function as an event of this process and brings back its result. Any thread.</summary>
    public Task<T> CallAsync<T>(Func<Task<T>> function, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        return Enqueue(new AsyncCall<Func<Task<T>>, T>(static function => function(), function), name);
    }

    /// <summary>Starts an asynchronous function with an argument and brings back its result. Any thread.</summary>
    public Task<T> CallAsync<TState, T>(Func<TState, Task<T>> function, TState state, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        return Enqueue(new AsyncCall<TState, T>(function, state), name);
    }

    /// <summary>Starts an asynchronous action as an event of this process and tells when it is done. Any thread.</summary>
    public Task CallAsync(Func<Task> function, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(function);
        return CallAsync<bool>(async () => { await function(); return true; }, name);
    }

    /// <summary>Lets the events that wait go first: the awaiting method goes on as a new event of the process.</summary>
    protected static YieldAwaitable Defer() => Task.Yield();

    /// <summary>Runs an action in this process after a delay. A delay of zero or less runs it as the next event but those that wait.</summary>
    /// <returns>Dispose it to cancel. The end of the process cancels it too.</returns>
    protected ProcessTimer Delay(TimeSpan delay, Action action, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(action);
        return Manager.Timers.Add(this, delay, action, name);
    }

    /// <summary>Waits on the clock of the node.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the process ended.</exception>
    protected async Task DelayAsync(TimeSpan delay, CancellationToken cancellation = default, [CallerMemberName] string name = "")
    {
        var done = new Promise<bool>();
        using ProcessTimer timer = Delay(delay, () => done.TrySet(true), name);
        using CancellationTokenRegistration onTerminated = Terminated.UnsafeRegister(static (p, t) => ((Promise<bool>)p!).TryCancel(t), done);
        using CancellationTokenRegistration onCancelled = cancellation.UnsafeRegister(static (p, t) => ((Promise<bool>)p!).TryCancel(t), done);
        await done.Task;
    }

    internal void EnqueueContinuation(SendOrPostCallback callback, object? state)
    {
        Event item = EventPool.Rent();
        item.Kind = EventKind.Continuation;
        item.Callback = callback;
        item.Payload = state;
        Enqueue(item);
    }

    internal void EnqueueTimer(ProcessTimer timer) =>
        EnqueueDispatch(FireTimer, timer, timer.Name);

    private void EnqueueDispatch(Delegate callback, object? state, string name)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Event item = EventPool.Rent();
        item.Kind = EventKind.Dispatch;
        item.Callback = callback;
        item.Payload = state;
        item.Name = name;
        Enqueue(item);
    }

    private Task<T> Enqueue<T>(PendingCall<T> call, string name)
    {
        EnqueueDispatch(InvokeCall, call, name);
        return call.Task;
    }
}

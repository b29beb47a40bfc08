using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Futures;

/// <summary>What the base library has not, or not in this way, for several tasks at a time and for tasks that take too long.</summary>
/// <remarks>
/// Upstream: collect.hpp, <c>select</c> and <c>Future::after</c> in 3rdparty/libprocess/include/process. Called inside a process
/// everything, callbacks included, runs in that process. Tokens end the wait, not the tasks: whoever started those has their own.
/// </remarks>
public static class Future
{
    /// <summary>The values of all tasks, in their order. The first failure is reported at once, while others are still under way.</summary>
    /// <param name="tasks">Any number; none is ready at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FutureFailedException">
    /// <c>Collect failed: &lt;message&gt;</c> of the first task that failed, or <c>Collect failed: future discarded</c> where it
    /// was cancelled.
    /// </exception>
    public static Task<T[]> CollectAsync<T>(IEnumerable<Task<T>> tasks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        Task<T>[] all = [.. tasks];
        if (all.Length == 0)
        {
            return Task.FromResult(Array.Empty<T>());
        }

        var collected = new Promise<T[]>();
        int left = all.Length;
        foreach (Task<T> task in all)
        {
            _ = WatchAsync(task, ended =>
            {
                if (ended.IsCanceled)
                {
                    collected.TryFail(new FutureFailedException("Collect failed: future discarded"));
                }
                else if (ended.Exception?.InnerException is { } cause)
                {
                    collected.TryFail(cause is OperationCanceledException
                        ? new FutureFailedException("Collect failed: future discarded", cause)
                        : new FutureFailedException("Collect failed: " + cause.Message, cause));
                }
                else if (Interlocked.Decrement(ref left) == 0)
                {
                    collected.TrySet(Array.ConvertAll(all, static ready => ready.GetAwaiter().GetResult()));
                }
            });
        }

        return UnlessCancelledAsync(collected, cancellation);
    }

    /// <summary>Completes when all tasks have, or at once when one fails; see the other overload.</summary>
    /// <param name="tasks">Any number; none is ready at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FutureFailedException">See the other overload.</exception>
    public static Task CollectAsync(IEnumerable<Task> tasks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return CollectAsync(tasks.Select(ResultAsync), cancellation);

        static async Task<bool> ResultAsync(Task task)
        {
            await task;
            return true;
        }
    }

    /// <summary>Completes when none of the tasks is under way any more, however they ended; never fails itself.</summary>
    /// <param name="tasks">Any number; none is ready at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The tasks, all of which have completed.</returns>
    public static Task<TTask[]> AwaitAllAsync<TTask>(IEnumerable<TTask> tasks, CancellationToken cancellation = default)
        where TTask : Task
    {
        ArgumentNullException.ThrowIfNull(tasks);
        TTask[] all = [.. tasks];
        if (all.Length == 0)
        {
            return Task.FromResult(all);
        }

        var completed = new Promise<TTask[]>();
        int left = all.Length;
        foreach (TTask task in all)
        {
            _ = WatchAsync(task, _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    completed.TrySet(all);
                }
            });
        }

        return UnlessCancelledAsync(completed, cancellation);
    }

    /// <summary>The first task that has a value; tasks that failed or were cancelled do not count.</summary>
    /// <param name="tasks">At least one.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FutureFailedException">No task can have a value any more. (In the original such a wait never ends.)</exception>
    public static Task<Task<T>> SelectAsync<T>(IEnumerable<Task<T>> tasks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        Task<T>[] all = [.. tasks];
        var selected = new Promise<Task<T>>();
        int left = all.Length;
        if (left == 0)
        {
            selected.TryFail(new FutureFailedException("Select failed: no futures"));
        }

        foreach (Task<T> task in all)
        {
            _ = WatchAsync(task, ended =>
            {
                if (ended.IsCompletedSuccessfully)
                {
                    selected.TrySet(task);
                }
                else if (Interlocked.Decrement(ref left) == 0)
                {
                    selected.TryFail(new FutureFailedException("Select failed: no future became ready", ended.Exception?.InnerException));
                }
            });
        }

        return UnlessCancelledAsync(selected, cancellation);
    }

    /// <summary>The task if it completes in time, else what a fallback makes of the task that is still under way.</summary>
    /// <param name="task">The task.</param>
    /// <param name="delay">How long it may take; zero or less gives it no time.</param>
    /// <param name="clock">The clock of the node.</param>
    /// <param name="fallback">Gets the task; may cancel it through a token of its own, wait on, or give another value.</param>
    public static async Task<T> AfterAsync<T>(this Task<T> task, TimeSpan delay, TimeProvider clock, Func<Task<T>, Task<T>> fallback)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(fallback);
        if (!task.IsCompleted)
        {
            var isLate = new Promise<bool>();
            TimeSpan due = delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
            using ITimer timer = clock.CreateTimer(static late => ((Promise<bool>)late!).TrySet(true), isLate, due, Timeout.InfiniteTimeSpan);
            _ = WatchAsync(task, _ => isLate.TrySet(false));
            if (await isLate.Task)
            {
                return await fallback(task);
            }
        }

        return await task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "How it ended is read from the task")]
    private static async Task WatchAsync(Task task, Action<Task> onEnded)
    {
        try
        {
            await task;
        }
        catch (Exception)
        {
            // See the task.
        }

        onEnded(task);
    }

    private static Task<T> UnlessCancelledAsync<T>(Promise<T> promise, CancellationToken cancellation) =>
        cancellation.CanBeCanceled ? WaitAsync(promise, cancellation) : promise.Task;

    private static async Task<T> WaitAsync<T>(Promise<T> promise, CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration =
            cancellation.UnsafeRegister(static (state, token) => ((Promise<T>)state!).TryCancel(token), promise);
        return await promise.Task;
    }
}

using LibProcess.Processes;

namespace LibProcess.Futures;

/// <summary>Whether a loop goes on.</summary>
/// <typeparam name="T">What the loop results in.</typeparam>
/// <remarks>Upstream: <c>ControlFlow</c> in 3rdparty/libprocess/include/process/loop.hpp. The default goes on.</remarks>
public readonly struct ControlFlow<T>
{
    internal ControlFlow(T value)
    {
        IsBreak = true;
        Value = value;
    }

    /// <summary>Whether the loop is over.</summary>
    public bool IsBreak { get; }

    internal T? Value { get; }
}

/// <summary>Makes <see cref="ControlFlow{T}"/>.</summary>
public static class ControlFlow
{
    /// <summary>Once more.</summary>
    public static ControlFlow<T> Continue<T>() => default;

    /// <summary>The loop is over, with a result.</summary>
    public static ControlFlow<T> Break<T>(T value) => new(value);
}

/// <summary>Alternates between getting something and working on it.</summary>
/// <remarks>
/// Upstream: <c>loop</c> in 3rdparty/libprocess/include/process/loop.hpp. Within one method a <c>while</c> with awaits says the
/// same; this is for steps that come from elsewhere. Any number of rounds needs no stack.
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

    /// <summary>Likewise, with every step inside a process. Any thread.</summary>
    /// <param name="process">The process; other events of it are handled between the steps.</param>
    /// <param name="iterate">Gets the next item.</param>
    /// <param name="body">Works on the item.</param>
    /// <param name="cancellation">Cancels the step under way; no further one is started.</param>
    /// <exception cref="ProcessTerminatedException">The process had ended before.</exception>
    public static Task<TResult> RunAsync<T, TResult>(
        ProcessBase process,
        Func<CancellationToken, Task<T>> iterate,
        Func<T, CancellationToken, Task<ControlFlow<TResult>>> body,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        return process.CallAsync(() => RunAsync(iterate, body, cancellation));
    }
}

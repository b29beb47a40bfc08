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

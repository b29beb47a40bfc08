namespace LibProcess.Testing.Simulation.Network;

/// <summary>How the network behaves where nothing is broken. All times are virtual.</summary>
public sealed record NetworkConditions
{
    /// <summary>The least time bytes are under way. Default: 100 microseconds.</summary>
    public TimeSpan MinLatency { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>The usual longest time bytes are under way. Default: 2 milliseconds.</summary>
    public TimeSpan MaxLatency { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The share of pieces that take up to <see cref="SlowLatency"/>, from 0 to 1. Default: 0.01.</summary>
    public double Slow { get; init; } = 0.01;

    /// <summary>The longest time a slow piece is under way. Default: 50 milliseconds.</summary>
    public TimeSpan SlowLatency { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The share of writes that arrive in several pieces, cut anywhere, from 0 to 1. Default: 0.2.</summary>
    public double Split { get; init; } = 0.2;

    /// <summary>How many bytes a connection takes from its sender before the receiver has read them. Default: 64 KiB.</summary>
    public int WindowBytes { get; init; } = 64 * 1024;

    /// <summary>The share of connects that are refused although somebody listens, from 0 to 1. Default: 0.</summary>
    public double Refused { get; init; }

    /// <summary>How long a connect waits for a host that does not answer. Default: 127 seconds, as on Linux.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(127);

    /// <summary>After how long without any answer the sender gives a connection up. Default: 15 minutes, as on Linux.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long it may take at most until an end learns that its connection is broken. Default: one second.</summary>
    public TimeSpan MaxNotice { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The share of broken connections whose reader gets an exception and not an end, from 0 to 1. Default: 0.5.</summary>
    public double Resets { get; init; } = 0.5;
}

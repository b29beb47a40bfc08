using System.Text.Json.Serialization;

namespace LibProcess.Suite.Rounds;

/// <summary>What one round came to. CPU time and bytes are of all programs of the side that was measured.</summary>
internal sealed record Sample
{
    public long Operations { get; init; }

    public double Seconds { get; init; }

    public double CpuSeconds { get; init; }

    public long Bytes { get; init; }

    public double PauseMilliseconds { get; init; }

    /// <summary>Further figures by name, such as percentiles in microseconds.</summary>
    public Dictionary<string, double> Extra { get; init; } = [];

    /// <summary>Why the round failed; null where it did not.</summary>
    public string? Error { get; init; }

    [JsonIgnore]
    public double Rate => Operations / Seconds;

    [JsonIgnore]
    public double BytesPerOperation => (double)Bytes / Operations;

    [JsonIgnore]
    public double CpuMicros => CpuSeconds * 1e6 / Operations;
}

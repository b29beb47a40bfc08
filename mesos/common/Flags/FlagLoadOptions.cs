namespace Mesos.Common.Flags;

/// <summary>How flags are loaded where it differs between programs.</summary>
public sealed record FlagLoadOptions
{
    /// <summary>Whether unknown flags on the command line are passed over instead of refused. Off by default.</summary>
    public bool AllowUnknown { get; init; }

    /// <summary>Whether a flag given twice keeps the last value instead of being refused. Off by default.</summary>
    public bool AllowDuplicates { get; init; }

    /// <summary>Reads the file behind a <c>file://</c> value; tests replace it. Failures are reported with the exception's message.</summary>
    public Func<string, string> ReadFile { get; init; } = File.ReadAllText;
}

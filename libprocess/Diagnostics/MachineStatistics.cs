using System.Globalization;

namespace LibProcess.Diagnostics;

/// <summary>Load averages in the style of uptime(1).</summary>
internal readonly record struct LoadAverages(double OneMinute, double FiveMinutes, double FifteenMinutes);

/// <summary>What a machine says about itself; null where it does not tell.</summary>
/// <remarks>
/// Upstream: <c>os::loadavg</c>, <c>os::cpus</c> and <c>os::memory</c> in 3rdparty/stout. On Linux from /proc and /sys; elsewhere
/// processors and memory as the runtime sees them, and no load.
/// </remarks>
internal sealed record MachineStatistics(LoadAverages? Load, int Processors, long? TotalMemory, long? FreeMemory)
{
    private const string LoadFile = "/proc/loadavg";
    private const string MemoryFile = "/proc/meminfo";
    private const string ProcessorsFile = "/sys/devices/system/cpu/online";

    public static MachineStatistics Read()
    {
        string? memory = TryReadFile(MemoryFile);
        (long? total, long? free) = memory is null ? RuntimeMemory() : (FindMemory(memory, "MemTotal:"), FindMemory(memory, "MemFree:"));
        return new MachineStatistics(
            ParseLoad(TryReadFile(LoadFile)),
            ParseProcessors(TryReadFile(ProcessorsFile)) ?? Environment.ProcessorCount,
            total,
            free);
    }

    /// <summary>Reads <c>0.60 2.26 2.47 1/123 4567</c>.</summary>
    public static LoadAverages? ParseLoad(string? text)
    {
        string[] parts = text?.Split(' ', 4) ?? [];
        return parts.Length >= 3 && TryParse(parts[0], out double one) && TryParse(parts[1], out double five) && TryParse(parts[2], out double fifteen)
            ? new LoadAverages(one, five, fifteen)
            : null;

        static bool TryParse(string part, out double value) =>
            double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Counts the processors in a list such as <c>0-3,8,10-11</c>.</summary>
    public static int? ParseProcessors(string? text)
    {
        int count = 0;
        foreach (string range in text?.Trim().Split(',') ?? [])
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2
                || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || last < first)
            {
                return null;
            }

            count += last - first + 1;
        }

        return count > 0 ? count : null;
    }

    /// <summary>Finds a line such as <c>MemFree:  1234 kB</c>.</summary>
    /// <returns>Bytes, or null where there is no such line.</returns>
    public static long? FindMemory(string text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                ReadOnlySpan<char> value = line[name.Length..].Trim();
                int blank = value.IndexOf(' ');
                return long.TryParse(blank < 0 ? value : value[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
                    ? kilobytes * 1024
                    : null;
            }
        }

        return null;
    }

    private static (long? Total, long? Free) RuntimeMemory()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return memory.TotalAvailableMemoryBytes > 0
            ? (memory.TotalAvailableMemoryBytes, Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes))
            : (null, null);
    }

    private static string? TryReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Globalization;

namespace Mesos.Slave.Host;

/// <summary>What a machine has; null where it cannot be told.</summary>
/// <param name="Cpus">Processors.</param>
/// <param name="MemoryBytes">Main memory.</param>
/// <param name="DiskBytes">Size of the file system of the work directory.</param>
internal sealed record HostCapacity(int? Cpus, long? MemoryBytes, long? DiskBytes)
{
    private const string MemoryInfo = "/proc/meminfo";
    private const long BytesPerKilobyte = 1024;

    /// <summary>Measures this machine.</summary>
    public static HostCapacity Measure(string workDirectory) => new(Environment.ProcessorCount, Memory(), Disk(workDirectory));

    /// <summary>Finds the line <c>MemTotal:  16318480 kB</c>.</summary>
    public static long? ParseMemory(IEnumerable<string> lines)
    {
        string[]? fields = lines
            .FirstOrDefault(static line => line.StartsWith("MemTotal:", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields?.Length > 1 && long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            ? kilobytes * BytesPerKilobyte
            : null;
    }

    private static long? Memory()
    {
        try
        {
            return File.Exists(MemoryInfo) ? ParseMemory(File.ReadLines(MemoryInfo)) : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long? Disk(string workDirectory)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(workDirectory)).TotalSize;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

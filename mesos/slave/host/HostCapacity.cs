using System.Globalization;

namespace Mesos.Slave.Host;

/// <summary>What a machine has; null where it cannot be told.</summary>
/// <param name="Cpus">Processors.</param>
/// <param name="MemoryBytes">Main memory.</param>
/// <param name="DiskBytes">Size of the file system of the work directory.</param>
internal sealed record HostCapacity(int? Cpus, long? MemoryBytes, long? DiskBytes)
{
    private const string MemoryInfo = "/proc/meminfo";
    private const string ProcessStatus = "/proc/self/status";
    private const string ProcessorsOfRuntime = "DOTNET_PROCESSOR_COUNT";
    private const long BytesPerKilobyte = 1024;

    /// <summary>Measures this machine.</summary>
    public static HostCapacity Measure(string workDirectory) => new(Processors(), Memory(), Disk(workDirectory));

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

    /// <summary>Counts the processors in the line <c>Cpus_allowed_list: 0-3,8</c>.</summary>
    public static int? ParseProcessors(IEnumerable<string> lines)
    {
        const string Name = "Cpus_allowed_list:";
        int count = 0;
        foreach (string range in lines.FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal))?[Name.Length..].Split(',') ?? [])
        {
            string[] ends = range.Trim().Split('-');
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) ||
                !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last))
            {
                return null;
            }

            count += last - first + 1;
        }

        return count > 0 ? count : null;
    }

    /// <summary>What this process may use. How many the runtime was told to use for itself says nothing about the machine.</summary>
    private static int? Processors()
    {
        try
        {
            return Environment.GetEnvironmentVariable(ProcessorsOfRuntime) is not null && File.Exists(ProcessStatus)
                ? ParseProcessors(File.ReadLines(ProcessStatus))
                : Environment.ProcessorCount;
        }
        catch (IOException)
        {
            return null;
        }
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

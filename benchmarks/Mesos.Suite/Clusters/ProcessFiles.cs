using System.Diagnostics;
using System.Globalization;

namespace Mesos.Suite.Clusters;

/// <summary>What <c>/proc</c> tells of other programs.</summary>
internal static class ProcessFiles
{
    /// <summary>The programs whose environment names a directory: what agents start has its sandbox there.</summary>
    public static IEnumerable<int> Under(string directory) =>
        from path in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(path)
        where name.All(char.IsAsciiDigit) && Read(path + "/environ").Contains(directory, StringComparison.Ordinal)
        select int.Parse(name, CultureInfo.InvariantCulture);

    /// <summary>The arguments of a program.</summary>
    public static string[] Arguments(int pid) => Read($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A size in a file of the program, in MiB: <c>status</c> has VmRSS, <c>smaps_rollup</c> has Pss.</summary>
    public static double Mebibytes(int pid, string file, string field)
    {
        string line = Read($"/proc/{pid}/{file}").Split('\n').FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal)) ?? "x 0 kB";
        return double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>CPU time of the program and of the children it has waited for.</summary>
    public static double CpuSeconds(int pid)
    {
        // Behind the name, which may hold anything: state is field 3; utime, stime, cutime, cstime are 14 to 17, in hundredths of a second.
        string stat = Read($"/proc/{pid}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(11).Take(4).Sum(field => double.Parse(field, CultureInfo.InvariantCulture)) / 100;
    }

    public static void Kill(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty; // It has ended, or is nobody's business.
        }
    }
}

using System.Globalization;

namespace LibProcess.Suite.Measuring;

/// <summary>Whether anything else uses the machine, from <c>/proc/stat</c>. Elsewhere than on Linux it is taken to be quiet.</summary>
internal static class QuietCheck
{
    private const double MaxBackground = 0.05;

    /// <summary>Looks for a while, during which this program does nothing.</summary>
    public static async Task<Load> LookAsync(TimeSpan duration)
    {
        if (!File.Exists("/proc/stat"))
        {
            return new Load(0, 0);
        }

        Ticks before = await ReadAsync();
        await Task.Delay(duration);
        Ticks after = await ReadAsync();
        double all = Math.Max(1, after.All - before.All);
        return new Load((after.Busy - before.Busy) / all, (after.Stolen - before.Stolen) / all);
    }

    private static async Task<Ticks> ReadAsync()
    {
        // cpu user nice system idle iowait irq softirq steal ...
        string line = (await File.ReadAllLinesAsync("/proc/stat"))[0];
        long[] fields = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        return new Ticks(fields.Sum(), fields[0] + fields[1] + fields[2] + fields[5] + fields[6], fields[7]);
    }

    /// <summary>The part of all CPU time that others used, and that the host took away.</summary>
    internal sealed record Load(double Background, double Stolen)
    {
        public bool IsQuiet => Background <= MaxBackground && Stolen <= 0;
    }

    private sealed record Ticks(double All, double Busy, double Stolen);
}

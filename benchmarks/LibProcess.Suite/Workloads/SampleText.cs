using System.Globalization;

namespace LibProcess.Suite.Workloads;

/// <summary>Two kilobytes that look like an answer of a cluster manager.</summary>
internal static class SampleText
{
    public static string Compressible { get; } = string.Concat(Enumerable.Range(0, 40).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"task-{i:D9}\",\"state\":\"TASK_RUNNING\"}},\n")));
}

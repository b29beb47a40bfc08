using System.Globalization;
using System.Text;

namespace LibProcess.Metrics;

/// <summary>A snapshot in the text format of Prometheus, version 0.0.4.</summary>
/// <remarks>
/// The rules: https://prometheus.io/docs/instrumenting/exposition_formats/. Names become lists of letters, digits and
/// underscores: <c>master/tasks_running</c> is <c>master_tasks_running</c>. Where several names become the same one, each of the
/// samples carries its own name as the label <c>name</c>.
/// </remarks>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">Names and values.</param>
    /// <param name="isCounter">Whether a name is that of a counter; all others are gauges.</param>
    public static string Write(IReadOnlyList<KeyValuePair<string, double>> snapshot, Func<string, bool> isCounter)
    {
        var text = new StringBuilder(snapshot.Count * 64);
        foreach (IGrouping<string, KeyValuePair<string, double>> group in snapshot
            .GroupBy(static item => SanitizeName(item.Key), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            KeyValuePair<string, double>[] samples = [.. group];
            string type = samples.All(sample => isCounter(sample.Key)) ? "counter" : "gauge";
            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(type).Append('\n');
            foreach ((string name, double value) in samples)
            {
                text.Append(group.Key);
                if (samples.Length > 1)
                {
                    text.Append("{name=\"").Append(EscapeLabel(name)).Append("\"}");
                }

                text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
            }
        }

        return text.ToString();
    }

    private static string SanitizeName(string name)
    {
        string clean = string.Create(name.Length, name, static (span, source) =>
        {
            for (int index = 0; index < span.Length; index++)
            {
                span[index] = char.IsAsciiLetterOrDigit(source[index]) ? source[index] : '_';
            }
        });
        return char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }

    private static string EscapeLabel(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}

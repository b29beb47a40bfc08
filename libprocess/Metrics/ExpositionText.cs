using System.Globalization;
using System.Text;

namespace LibProcess.Metrics;

/// <summary>Metrics as text for Prometheus, in either of its formats.</summary>
/// <remarks>
/// The rules: https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0. Names become words of letters,
/// digits and underscores: <c>master/tasks_running</c> is <c>master_tasks_running</c>. Labels are written as such. A timer is a
/// gauge with its last value, and over its window the summary <c>..._window</c> with the gauges <c>..._window_min</c> and
/// <c>..._window_max</c>. Metrics that would become the same one carry their own name as the label <c>name</c>.
/// </remarks>
internal static class ExpositionText
{
    private const string Quantile = "quantile";

    private enum Kind
    {
        Counter,
        Gauge,
        Summary,
    }

    /// <summary>The content type of a format.</summary>
    public static string ContentType(ExpositionFormat format) => format switch
    {
        ExpositionFormat.OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        _ => "text/plain; version=0.0.4; charset=utf-8",
    };

    /// <summary>The format a reader asks for with its <c>Accept</c> header.</summary>
    public static ExpositionFormat Negotiate(string? accept) =>
        accept is not null && accept.Split(',').Any(static range =>
            range.Split(';') is [var type, .. var parameters]
            && type.Trim().Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)
            && !parameters.Any(static parameter => parameter.Trim() is "q=0" or "q=0.0" or "q=0.00" or "q=0.000"))
            ? ExpositionFormat.OpenMetrics
            : ExpositionFormat.Prometheus;

    /// <summary>Writes what was read.</summary>
    public static string Write(IEnumerable<MetricSample> samples, ExpositionFormat format)
    {
        var families = new SortedDictionary<string, List<Line>>(StringComparer.Ordinal);
        foreach (MetricSample sample in samples)
        {
            Collect(sample, families);
        }

        var text = new StringBuilder();
        foreach ((string family, List<Line> lines) in families)
        {
            WriteFamily(text, family, lines, format);
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            text.Append("# EOF\n");
        }

        return text.ToString();
    }

    private static void Collect(MetricSample sample, SortedDictionary<string, List<Line>> families)
    {
        Metric metric = sample.Metric;
        string family = Word(metric.Family);
        if (sample.Value is { } value)
        {
            Add(family, new Line(metric, metric is Counter ? Kind.Counter : Kind.Gauge, value));
        }

        if (sample.Statistics is { } window)
        {
            foreach ((double quantile, double at) in window.Quantiles())
            {
                Add(family + "_window", new Line(metric, Kind.Summary, at) { Quantile = quantile });
            }

            Add(family + "_window", new Line(metric, Kind.Summary, window.Count) { Suffix = "_count" });
            Add(family + "_window_min", new Line(metric, Kind.Gauge, window.Min));
            Add(family + "_window_max", new Line(metric, Kind.Gauge, window.Max));
        }

        void Add(string name, Line line)
        {
            if (!families.TryGetValue(name, out List<Line>? lines))
            {
                families[name] = lines = [];
            }

            lines.Add(line);
        }
    }

    private static void WriteFamily(StringBuilder text, string family, List<Line> lines, ExpositionFormat format)
    {
        Kind kind = lines.Exists(line => line.Kind != lines[0].Kind) ? Kind.Gauge : lines[0].Kind;
        string ending = string.Empty;
        if (kind == Kind.Counter && format == ExpositionFormat.OpenMetrics)
        {
            ending = "_total";
            family = family.EndsWith(ending, StringComparison.Ordinal) ? family[..^ending.Length] : family;
        }

        text.Append("# TYPE ").Append(family).Append(' ').Append(kind switch
        {
            Kind.Counter => "counter",
            Kind.Summary => "summary",
            _ => "gauge",
        }).Append('\n');

        var alike = lines.GroupBy(static line => line.Text(withName: false), StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.Count(), StringComparer.Ordinal);
        foreach (Line line in lines)
        {
            string plain = line.Text(withName: false);
            text.Append(family).Append(ending).Append(alike[plain] == 1 ? plain : line.Text(withName: true));
            text.Append(CultureInfo.InvariantCulture, $" {line.Value:R}\n");
        }
    }

    private static string Word(string name)
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

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>One line of a family.</summary>
    private sealed record Line(Metric Metric, Kind Kind, double Value)
    {
        public string Suffix { get; init; } = string.Empty;

        public double? Quantile { get; init; }

        /// <summary>What stands between the name of the family and the value.</summary>
        public string Text(bool withName)
        {
            IEnumerable<(string Name, string Value)> labels = Metric.Labels.Select(static label => (label.Name, label.Value));
            if (withName)
            {
                labels = labels.Append(("name", Metric.Name));
            }

            if (Quantile is { } quantile)
            {
                labels = labels.Append((ExpositionText.Quantile, quantile.ToString("R", CultureInfo.InvariantCulture)));
            }

            string text = string.Join(',', labels.Select(static label => $"{label.Name}=\"{Escape(label.Value)}\""));
            return text.Length == 0 ? Suffix : $"{Suffix}{{{text}}}";
        }
    }
}

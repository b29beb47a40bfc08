using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Processes;
using LibProcess.Time;

namespace LibProcess.Builtins;

/// <summary>The process <c>metrics</c>: serves the metrics of the node as JSON and as Prometheus text.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/metrics/metrics.cpp; <c>/metrics</c> itself is ours.</remarks>
internal sealed class MetricsProcess : ProcessBase
{
    private const string TimeoutHelp =
        """
        Answers are spaced evenly, by default two a second; requests beyond wait for their turn
        (`LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT`).

        Query parameters:

        >        timeout=VALUE        After this time metrics that are not there yet are left out (e.g., 5secs)
        """;

    private static readonly RouteHelp SnapshotHelp = new(
        "Shows the values of all metrics.",
        """
        A JSON object with the names of the metrics, in order, and their values as numbers with a fraction.

        """ + TimeoutHelp + "\n" + ">        jsonp=VALUE          Wraps the answer into a call of this script function",
        Authentication: true);

    private static readonly RouteHelp PrometheusHelp = new(
        "Shows the values of all metrics to Prometheus.",
        """
        The text format of Prometheus, or OpenMetrics where `Accept` asks for it. Characters of names other than letters and digits
        become `_`.

        """ + TimeoutHelp,
        Authentication: true);

    // Prometheus gives a scrape up after ten seconds unless told otherwise; then an incomplete answer is better than none.
    private static readonly TimeSpan ScrapeTimeout = TimeSpan.FromSeconds(8);

    private readonly RateLimiter? limiter;

    /// <param name="manager">The node.</param>
    /// <param name="limit">How often a snapshot is answered; null for no limit.</param>
    public MetricsProcess(ProcessManager manager, RateLimit? limit)
        : base(manager, "metrics")
    {
        limiter = limit is { } given ? new RateLimiter(manager.Clock, given) : null;
    }

    protected override void Initialize()
    {
        var options = new RouteOptions { Realm = Manager.Options.ReadOnlyRealm };
        Route("/snapshot", SnapshotHelp, options, SnapshotAsync);
        Route("/", PrometheusHelp, options, PrometheusAsync);
    }

    protected override void OnTerminate() => limiter?.Dispose();

    private async ValueTask<HttpResponse> SnapshotAsync(HttpRequest request)
    {
        if (!TryReadTimeout(request, out TimeSpan? timeout, out HttpResponse? refused))
        {
            return refused!;
        }

        MetricsReading reading = await TakeAsync(timeout, request.Aborted);
        return HttpResponse.Json(
            json =>
            {
                json.WriteStartObject();
                foreach ((string name, double value) in reading.List())
                {
                    json.WriteDouble(name, value);
                }

                json.WriteEndObject();
            },
            request.Query.GetValueOrDefault("jsonp"));
    }

    private async ValueTask<HttpResponse> PrometheusAsync(HttpRequest request)
    {
        if (!TryReadTimeout(request, out TimeSpan? timeout, out HttpResponse? refused))
        {
            return refused!;
        }

        MetricsReading reading = await TakeAsync(timeout ?? ScrapeTimeout, request.Aborted);
        ExpositionFormat format = ExpositionText.Negotiate(request.Headers["Accept"]);
        return HttpResponse.Ok(ExpositionText.Write(reading.Samples(), format), ExpositionText.ContentType(format));
    }

    private async Task<MetricsReading> TakeAsync(TimeSpan? timeout, CancellationToken aborted)
    {
        // Whoever went away neither takes a permit nor keeps others waiting.
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Terminated, aborted);
        if (limiter is not null)
        {
            await limiter.AcquireAsync(cancelled.Token);
        }

        return await Manager.Metrics.ReadAsync(timeout, cancelled.Token);
    }

    private static bool TryReadTimeout(HttpRequest request, out TimeSpan? timeout, out HttpResponse? refused)
    {
        (timeout, refused) = (null, null);
        if (!request.Query.TryGetValue("timeout", out string? text))
        {
            return true;
        }

        if (!DurationText.TryParse(text, out TimeSpan parsed, out string? error))
        {
            refused = HttpResponse.BadRequest($"Invalid timeout '{text}': {error}.\n");
            return false;
        }

        timeout = parsed;
        return true;
    }
}

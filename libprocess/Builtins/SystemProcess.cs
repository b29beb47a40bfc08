using LibProcess.Diagnostics;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Processes;

namespace LibProcess.Builtins;

/// <summary>The process <c>system</c>: load, processors and memory of the machine.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/system.hpp. What the machine does not tell is left out.</remarks>
internal sealed class SystemProcess : ProcessBase
{
    private static readonly RouteHelp StatsHelp = new(
        "Shows load, processors and memory of the machine.",
        """
        >        avg_load_1min        Load, averaged over a minute
        >        avg_load_5min        Load, averaged over 5 minutes
        >        avg_load_15min       Load, averaged over 15 minutes
        >        cpus_total           Number of processors
        >        mem_total_bytes      Memory in bytes
        >        mem_free_bytes       Unused memory in bytes

        Query parameters:

        >        jsonp=VALUE          Wraps the answer into a call of this script function
        """);

    private readonly Func<MachineStatistics> read;
    private readonly List<Metric> gauges = [];

    /// <param name="manager">The node.</param>
    /// <param name="read">Asks the machine.</param>
    public SystemProcess(ProcessManager manager, Func<MachineStatistics> read)
        : base(manager, "system")
    {
        this.read = read;
        Gauge("load_1min", static machine => machine.Load?.OneMinute);
        Gauge("load_5min", static machine => machine.Load?.FiveMinutes);
        Gauge("load_15min", static machine => machine.Load?.FifteenMinutes);
        Gauge("cpus_total", static machine => machine.Processors);
        Gauge("mem_total_bytes", static machine => machine.TotalMemory);
        Gauge("mem_free_bytes", static machine => machine.FreeMemory);
    }

    protected override void Initialize() => Route("/stats.json", StatsHelp, Stats);

    protected override void OnTerminate() => Manager.Metrics.Remove(gauges);

    private void Gauge(string name, Func<MachineStatistics, double?> pick) =>
        gauges.Add(Manager.Metrics.AddPullGauge("system/" + name, this, () => pick(read()) ?? double.NaN));

    private HttpResponse Stats(HttpRequest request)
    {
        MachineStatistics machine = read();
        return HttpResponse.Json(
            json =>
            {
                json.WriteStartObject();
                if (machine.Load is { } load)
                {
                    json.WriteDouble("avg_load_15min", load.FifteenMinutes);
                    json.WriteDouble("avg_load_1min", load.OneMinute);
                    json.WriteDouble("avg_load_5min", load.FiveMinutes);
                }

                json.WriteNumber("cpus_total", machine.Processors);
                if (machine.FreeMemory is { } free)
                {
                    json.WriteNumber("mem_free_bytes", free);
                }

                if (machine.TotalMemory is { } total)
                {
                    json.WriteNumber("mem_total_bytes", total);
                }

                json.WriteEndObject();
            },
            request.Query.GetValueOrDefault("jsonp"));
    }
}

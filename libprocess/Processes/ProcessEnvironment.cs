using System.Collections;
using System.Globalization;
using System.Net;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Net.Tls;
using LibProcess.Scheduling;
using Microsoft.Extensions.Logging;

namespace LibProcess.Processes;

/// <summary>Reads the <c>LIBPROCESS_*</c> environment into options.</summary>
/// <remarks>
/// Upstream: <c>Flags</c> and <c>init_threads</c> in 3rdparty/libprocess/src/process.cpp, src/metrics/metrics.cpp,
/// src/openssl.cpp. Understood: <c>IP</c>, <c>PORT</c>, <c>ADVERTISE_IP</c>, <c>ADVERTISE_PORT</c>,
/// <c>REQUIRE_PEER_ADDRESS_IP_MATCH</c>, <c>NUM_WORKER_THREADS</c>, <c>METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT</c>,
/// <c>MEMORY_PROFILING</c>. Without effect, and said so in the log: <c>IP6</c>, <c>LIBEV_NUM_IO_THREADS</c>,
/// <c>ENABLE_PROFILER</c>. What begins with <c>SSL_</c>, with or without the prefix, is TLS: see <see cref="TlsOptions"/>.
/// </remarks>
public sealed partial class ProcessEnvironment
{
    private const string Prefix = "LIBPROCESS_";

    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly ILogger logger;

    private ProcessEnvironment(IReadOnlyDictionary<string, string> environment, ILogger logger)
    {
        this.environment = environment;
        this.logger = logger;
    }

    /// <summary>The variables of this program.</summary>
    public static IReadOnlyDictionary<string, string> Current()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? string.Empty;
        }

        return variables;
    }

    /// <summary>Fills in what the environment says.</summary>
    /// <param name="environment">
    /// The variables. A daemon whose flags name an address puts it in here as the original does, under <c>LIBPROCESS_IP</c>
    /// and so on.
    /// </param>
    /// <param name="options">Everything else, or null; what the environment does not mention stays, but see below.</param>
    /// <returns>
    /// Options that bind all addresses where no address is given: a node that reads the environment is meant to be reached.
    /// </returns>
    /// <exception cref="ProcessEnvironmentException">A variable has a value with which the node must not start.</exception>
    public static ProcessManagerOptions Read(IReadOnlyDictionary<string, string> environment, ProcessManagerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        options ??= new ProcessManagerOptions();
        return new ProcessEnvironment(environment, options.LoggerFactory.CreateLogger("LibProcess")).Fill(options);
    }

    private ProcessManagerOptions Fill(ProcessManagerOptions options)
    {
        SayWhatHasNoEffect();
        return options with
        {
            Ip = ReadIp("IP") ?? IPAddress.Any,
            Port = ReadPort("PORT", least: 0) ?? options.Port,
            AdvertiseIp = ReadIp("ADVERTISE_IP") ?? options.AdvertiseIp,
            AdvertisePort = ReadPort("ADVERTISE_PORT", least: 1) ?? options.AdvertisePort,
            RequirePeerAddressMatch = ReadBoolean("REQUIRE_PEER_ADDRESS_IP_MATCH") ?? options.RequirePeerAddressMatch,
            MemoryProfiling = ReadBoolean("MEMORY_PROFILING") ?? options.MemoryProfiling,
            MetricsRateLimit = ReadRateLimit(options.MetricsRateLimit),
            WorkerThreads = ReadThreads() ?? options.WorkerThreads,
            Tls = new TlsEnvironment(environment, logger).Read() ?? options.Tls,
        };
    }

    private string? Find(string name) => environment.GetValueOrDefault(Prefix + name);

    private IPAddress? ReadIp(string name)
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        return NetworkAddress.TryParseIp(text, out uint ip)
            ? new NetworkAddress(ip, 0).ToIPAddress()
            : throw Wrong(name, text, "an IPv4 address such as 10.0.0.1");
    }

    private ushort? ReadPort(string name, ushort least)
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port >= least
            ? port
            : throw Wrong(name, text, string.Create(CultureInfo.InvariantCulture, $"a port from {least} to {ushort.MaxValue}"));
    }

    private bool? ReadBoolean(string name) => Find(name) switch
    {
        null => null,
        "true" or "1" => true,
        "false" or "0" => false,
        { } text => throw Wrong(name, text, "true or false"),
    };

    private RateLimit? ReadRateLimit(RateLimit? otherwise)
    {
        const string Name = "METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT";
        return Find(Name) switch
        {
            null => otherwise,
            "" => null,
            { } text => RateLimit.TryParse(text, out RateLimit limit, out string? error)
                ? limit
                : throw Wrong(Name, text, $"<number of requests>/<interval>, such as 2/1secs ({error})"),
        };
    }

    private int? ReadThreads()
    {
        if (Find("NUM_WORKER_THREADS") is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads)
            && threads is > 0 and <= WorkerThreadScheduler.MaxThreads)
        {
            return threads;
        }

        LogThreadsIgnored(text, WorkerThreadScheduler.MaxThreads);
        return null;
    }

    private void SayWhatHasNoEffect()
    {
        if (Find("IP6") is { } ip6)
        {
            LogNoEffect(Prefix + "IP6", ip6, "nodes speak IPv4 only");
        }

        if (Find("LIBEV_NUM_IO_THREADS") is { } io)
        {
            LogNoEffect(Prefix + "LIBEV_NUM_IO_THREADS", io, "input and output run on the thread pool");
        }

        if (Find("ENABLE_PROFILER") is { } profiler)
        {
            LogNoEffect(Prefix + "ENABLE_PROFILER", profiler, "no CPU profiler is built in");
        }
    }

    private static ProcessEnvironmentException Wrong(string name, string text, string expected) =>
        new($"{Prefix}{name}={text} is not valid: expecting {expected}");

    [LoggerMessage(1061, LogLevel.Warning, "Ignoring LIBPROCESS_NUM_WORKER_THREADS={Value}: expecting a number from 1 to {Most}")]
    private partial void LogThreadsIgnored(string value, int most);

    [LoggerMessage(1062, LogLevel.Information, "{Name}={Value} has no effect: {Reason}")]
    private partial void LogNoEffect(string name, string value, string reason);
}

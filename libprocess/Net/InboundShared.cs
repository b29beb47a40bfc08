using System.Net;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Processes;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net;

/// <summary>What all accepted connections of a node have in common.</summary>
internal sealed partial class InboundShared(IInbound node, ProcessManagerOptions options, MetricsRegistry metrics)
{
    private readonly ILogger logger = options.LoggerFactory.CreateLogger("LibProcess.Net");

    public IInbound Node => node;

    public WireLimits Limits => options.Limits;

    public bool RequirePeerAddressMatch => options.RequirePeerAddressMatch;

    public TimeProvider Clock => options.Clock;

    /// <summary>The clock for the end of the node: a virtual one may stand still then, unless a simulation moves it.</summary>
    public TimeProvider StopClock => Scheduling.SimulatedThread.IsCurrent ? options.Clock : TimeProvider.System;

    public HttpDate Date { get; } = new(options.Clock);

    public Counter ConnectionsAccepted { get; } = metrics.AddCounter("libprocess/connections_accepted");

    public PushGauge ConnectionsOpen { get; } = metrics.AddPushGauge("libprocess/connections_open");

    public Counter ConnectionsRefused { get; } = metrics.AddCounter("libprocess/connections_refused");

    public Counter MessagesReceived { get; } = metrics.AddCounter("libprocess/messages_received");

    public Counter BytesReceived { get; } = metrics.AddCounter("libprocess/bytes_received");

    public Counter RequestsReceived { get; } = metrics.AddCounter("libprocess/http_requests");

    public Counter DecodeErrors { get; } = metrics.AddCounter("libprocess/decode_errors");

    /// <summary>Requests refused because of a limit, by what there was too much of.</summary>
    public Counter HeadsTooLarge { get; } = metrics.AddCounter("libprocess/requests_refused/head");

    public Counter BodiesTooLarge { get; } = metrics.AddCounter("libprocess/requests_refused/body");

    public Counter InflationsTooLarge { get; } = metrics.AddCounter("libprocess/requests_refused/inflation");

    public Counter RefusedPerAddress { get; } = metrics.AddCounter("libprocess/connections_refused_per_address");

    public void BrokenHead(EndPoint client)
    {
        DecodeErrors.Increment();
        LogBrokenHead(client);
    }

    public void BrokenBody(EndPoint client, string path)
    {
        DecodeErrors.Increment();
        LogBrokenBody(client, path);
    }

    public void ResponseFailed(EndPoint client, Exception exception) => LogResponseFailed(client, exception);

    public void ConnectionFailed(EndPoint client, Exception exception) => LogConnectionFailed(client, exception);

    public void Refused(EndPoint client)
    {
        ConnectionsRefused.Increment();
        LogRefused(client, Limits.MaxConnections);
    }

    public void RefusedAddress(EndPoint client)
    {
        RefusedPerAddress.Increment();
        LogRefusedAddress(client, Limits.MaxConnectionsPerAddress);
    }

    [LoggerMessage(1021, LogLevel.Warning, "Closed the connection of {Client}: it sent no request that can be read")]
    private partial void LogBrokenHead(EndPoint client);

    [LoggerMessage(1022, LogLevel.Warning, "Refused a request of {Client} for {Path}: its body cannot be read")]
    private partial void LogBrokenBody(EndPoint client, string path);

    [LoggerMessage(1023, LogLevel.Warning, "Gave up the connection of {Client}: its answer could not be written to the end")]
    private partial void LogResponseFailed(EndPoint client, Exception exception);

    [LoggerMessage(1024, LogLevel.Error, "Gave up the connection of {Client}")]
    private partial void LogConnectionFailed(EndPoint client, Exception exception);

    [LoggerMessage(1026, LogLevel.Warning, "Refused the connection of {Client}: its address has {Limit} open already")]
    private partial void LogRefusedAddress(EndPoint client, int limit);

    [LoggerMessage(1025, LogLevel.Warning, "Refused the connection of {Client}: {Limit} are open already")]
    private partial void LogRefused(EndPoint client, int limit);
}

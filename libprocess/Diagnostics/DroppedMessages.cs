using LibProcess.Addressing;
using LibProcess.Metrics;
using Microsoft.Extensions.Logging;

namespace LibProcess.Diagnostics;

/// <summary>Counts and logs what arrives and cannot be handled. Peers hear nothing of it: that is the protocol.</summary>
internal sealed partial class DroppedMessages(MetricsRegistry metrics, ILogger logger)
{
    private readonly Counter unknownProcess = metrics.AddCounter(Metric("unknown_process"));
    private readonly Counter unknownMessage = metrics.AddCounter(Metric("unknown_message"));
    private readonly Counter malformed = metrics.AddCounter(Metric("malformed"));
    private readonly Counter missingRequired = metrics.AddCounter(Metric("missing_required_field"));

    /// <summary>The name of the counter of messages lost for a reason.</summary>
    public static MetricName Metric(string reason) => MetricName.Of("libprocess/messages_dropped/{reason}", ("reason", reason));

    public void UnknownProcess(string process, string message, UPid from)
    {
        unknownProcess.Increment();
        LogUnknownProcess(message, from, process);
    }

    public void UnknownMessage(string process, string message, UPid from)
    {
        unknownMessage.Increment();
        LogUnknownMessage(message, from, process);
    }

    public void Malformed(string process, string message, UPid from, string reason)
    {
        malformed.Increment();
        LogMalformed(message, from, process, reason);
    }

    public void MissingRequiredField(string process, string message, UPid from)
    {
        missingRequired.Increment();
        LogMissingRequiredField(message, from, process);
    }

    [LoggerMessage(1011, LogLevel.Debug, "Dropped {Message} from {From}: no process '{Process}' runs here")]
    private partial void LogUnknownProcess(string message, UPid from, string process);

    [LoggerMessage(1012, LogLevel.Debug, "Dropped {Message} from {From}: '{Process}' does not know it")]
    private partial void LogUnknownMessage(string message, UPid from, string process);

    [LoggerMessage(1013, LogLevel.Warning, "Dropped {Message} from {From} to '{Process}': {Reason}")]
    private partial void LogMalformed(string message, UPid from, string process, string reason);

    [LoggerMessage(1014, LogLevel.Warning, "Dropped {Message} from {From} to '{Process}': a required field is missing")]
    private partial void LogMissingRequiredField(string message, UPid from, string process);
}

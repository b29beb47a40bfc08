using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Tls;

/// <summary>What becomes of a list of cipher suites.</summary>
internal sealed partial class TlsCipherEvents(ILogger logger)
{
    /// <summary>The list of the original names suites that nobody can use any more; that is no news.</summary>
    public void LeftOut(string suites, string ciphers) =>
        LogLeftOut(logger, ciphers == TlsOptions.DefaultCiphers ? LogLevel.Information : LogLevel.Warning, suites);

    public void NotChosen(string ciphers)
    {
        if (ciphers != TlsOptions.DefaultCiphers)
        {
            LogNotChosen(logger, ciphers);
        }
    }

    [LoggerMessage(EventId = 1048, Message = "These of the TLS cipher suites cannot be used here and are left out: {Suites}")]
    private static partial void LogLeftOut(ILogger logger, LogLevel level, string suites);

    [LoggerMessage(1049, LogLevel.Warning, "The TLS cipher suites {Ciphers} have no effect: this system chooses its own")]
    private static partial void LogNotChosen(ILogger logger, string ciphers);
}

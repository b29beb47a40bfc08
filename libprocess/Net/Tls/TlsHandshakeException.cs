namespace LibProcess.Net.Tls;

/// <summary>A connection did not become a TLS one; it is closed.</summary>
/// <param name="message">Why.</param>
/// <param name="timedOut">Whether the peer was too slow.</param>
/// <param name="inner">The cause.</param>
internal sealed class TlsHandshakeException(string message, bool timedOut, Exception? inner) : IOException(message, inner)
{
    public bool TimedOut => timedOut;
}

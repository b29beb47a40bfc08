using System.Net.Security;

namespace LibProcess.Net.Tls;

/// <summary>
/// What TLS has decrypted, as the stream under a pipe reader. A connection that breaks ends the stream like one that was closed.
/// </summary>
internal sealed class TlsInput(SslStream tls) : ReadingStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await tls.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (TlsConnection.IsEnd(exception))
        {
            return 0;
        }
    }
}

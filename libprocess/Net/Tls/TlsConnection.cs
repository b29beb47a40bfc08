using System.ComponentModel;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace LibProcess.Net.Tls;

/// <summary>A connection after its TLS handshake. Idle ones hold no buffers of their own.</summary>
internal sealed class TlsConnection : IConnection
{
    private const int ReceiveBytes = 64 * 1024;
    private static readonly StreamPipeReaderOptions ReaderOptions =
        new(bufferSize: ReceiveBytes, minimumReadSize: ReceiveBytes / 8, useZeroByteReads: true);

    private readonly IConnection inner;
    private readonly SslStream tls;

    /// <param name="inner">Carries the encrypted bytes; from now on belongs to the connection.</param>
    /// <param name="tls">Over the inner connection, authenticated.</param>
    public TlsConnection(IConnection inner, SslStream tls)
    {
        this.inner = inner;
        this.tls = tls;
        Input = PipeReader.Create(new TlsInput(tls), ReaderOptions);
        Output = new TlsOutput(tls, inner.Output);
    }

    public IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Whether an exception of the base library's TLS means that the connection is over, and nothing else.</summary>
    public static bool IsEnd(Exception exception) => exception is IOException or ObjectDisposedException or InvalidOperationException
        or AuthenticationException or CryptographicException or Win32Exception
        // What it throws where the TLS library fails, for one when both sides say goodbye at once, has a type that only it knows.
        || exception.GetType().Assembly == typeof(SslStream).Assembly;

    public void Abort() => inner.Abort();

    public async ValueTask DisposeAsync()
    {
        inner.Abort();
        await Input.CompleteAsync().ConfigureAwait(false);
        Output.Complete();
        await tls.DisposeAsync().ConfigureAwait(false);
        await inner.DisposeAsync().ConfigureAwait(false);
    }
}

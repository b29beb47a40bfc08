using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace LibProcess.Http.Client;

/// <summary>Writes requests.</summary>
/// <remarks>Upstream: <c>internal::encode</c> in 3rdparty/libprocess/src/http.cpp.</remarks>
internal static class RequestWriter
{
    private const int PieceBytes = 64 * 1024;

    /// <summary>Writes the head; not flushed.</summary>
    public static void WriteHead(IBufferWriter<byte> output, ClientRequest request, HttpUrl url)
    {
        var text = new StringBuilder(256);
        text.Append(request.Method).Append(' ').Append(request.Target ?? url.Target).Append(" HTTP/1.1\r\n");
        if (request.Headers["Host"] is null)
        {
            text.Append("Host: ").Append(url.Authority).Append("\r\n");
        }

        foreach ((string name, string value) in request.Headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (!request.KeepAlive)
        {
            text.Append("Connection: close\r\n");
        }

        if (request.Stream is not null)
        {
            text.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (!request.Body.IsEmpty || request.Method is "POST" or "PUT" or "PATCH")
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}\r\n");
        }

        text.Append("\r\n");
        Encoding.UTF8.GetBytes(text.ToString(), output);
    }

    /// <summary>Writes and flushes bytes together with what was written before.</summary>
    /// <returns>False where the connection takes nothing more.</returns>
    public static async ValueTask<bool> WriteAsync(PipeWriter output, ReadOnlyMemory<byte> body)
    {
        while (true)
        {
            ReadOnlyMemory<byte> piece = body[..Math.Min(body.Length, PieceBytes)];
            output.Write(piece.Span);
            body = body[piece.Length..];
            if ((await output.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }

            if (body.IsEmpty)
            {
                return true;
            }
        }
    }

    /// <summary>Sends what a reader gives as chunks. The end of the body is left to the caller.</summary>
    /// <returns>False where the connection takes nothing more, or the read was cancelled.</returns>
    public static async ValueTask<bool> CopyAsync(PipeWriter output, PipeReader body)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync().ConfigureAwait(false);
            if (read.IsCanceled)
            {
                return false;
            }

            if (!read.Buffer.IsEmpty)
            {
                Encoding.ASCII.GetBytes(read.Buffer.Length.ToString("x", CultureInfo.InvariantCulture), output);
                output.Write("\r\n"u8);
                foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                {
                    output.Write(piece.Span);
                }

                output.Write("\r\n"u8);
            }

            body.AdvanceTo(read.Buffer.End);

            if (read.IsCompleted)
            {
                return true;
            }

            if ((await output.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }
    }
}

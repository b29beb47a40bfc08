using System.Buffers;
using System.Globalization;
using System.Text;

namespace LibProcess.Http;

/// <summary>Writes the first line and the headers of an answer.</summary>
/// <remarks>
/// Upstream: <c>HttpResponseEncoder</c> in 3rdparty/libprocess/src/encoder.hpp. Clients must not depend on the order of headers,
/// and yet it is that of the original, so that answers are the same byte for byte.
/// </remarks>
internal static class ResponseHead
{
    /// <param name="output">Where the bytes go; not flushed.</param>
    /// <param name="response">Status and headers.</param>
    /// <param name="date">The value of <c>Date</c>.</param>
    /// <param name="body">What stands in <c>Content-Length</c>, or null for a chunked body.</param>
    /// <param name="isGzip">Whether the body was compressed for this client.</param>
    public static void Write(IBufferWriter<byte> output, HttpResponse response, string date, long? body, bool isGzip)
    {
        var text = new StringBuilder(256);
        text.Append("HTTP/1.1 ").Append(response.Status).Append(' ').Append(StatusCodes.Reason(response.Status)).Append("\r\n");

        bool lengthInPlace = response.Headers["Content-Length"] is not null;
        if (isGzip)
        {
            text.Append("Content-Encoding: gzip\r\n");
            if (!lengthInPlace)
            {
                lengthInPlace = true;
                AppendLength(text, body);
            }
        }

        text.Append("Date: ").Append(date).Append("\r\n");
        if (body is null)
        {
            text.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (response.FilePath is not null && !lengthInPlace)
        {
            lengthInPlace = true;
            AppendLength(text, body);
        }

        string? contentType = null;
        foreach ((string name, string value) in response.Headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                contentType ??= value;
            }
            else if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                AppendLength(text, body);
            }
            else if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Date", StringComparison.OrdinalIgnoreCase))
            {
                Append(text, name).Append(": ");
                Append(text, value).Append("\r\n");
            }
        }

        if (contentType is not null)
        {
            text.Append("Content-Type: ");
            Append(text, contentType).Append("\r\n");
        }

        if (!lengthInPlace)
        {
            AppendLength(text, body);
        }

        text.Append("\r\n");
        foreach (ReadOnlyMemory<char> piece in text.GetChunks())
        {
            Encoding.UTF8.GetBytes(piece.Span, output);
        }
    }

    private static void AppendLength(StringBuilder text, long? body)
    {
        if (body is { } length)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        }
    }

    /// <summary>A line end inside a header would start another one.</summary>
    private static StringBuilder Append(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            text.Append(c is '\r' or '\n' or '\0' ? ' ' : c);
        }

        return text;
    }
}

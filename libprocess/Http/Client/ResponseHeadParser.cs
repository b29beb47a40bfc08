using System.Text;

namespace LibProcess.Http.Client;

/// <summary>Reads the head of an answer. Whatever leaves a doubt about where the answer ends is refused.</summary>
/// <remarks>
/// As strict as <see cref="RequestHeadParser"/>: on a connection with several requests under way an answer that ends elsewhere
/// than its sender thinks would be taken for the answer to another request.
/// </remarks>
internal static class ResponseHeadParser
{
    private const int SwitchingProtocols = 101;
    private const int NoContent = 204;
    private const int NotModified = 304;

    /// <summary>Parses everything from the status line to the empty line; each line ends with CR LF.</summary>
    /// <param name="head">The bytes.</param>
    /// <param name="toHead">Whether the request was HEAD, whose answers have no body.</param>
    /// <param name="maxHeaders">How many fields there may be.</param>
    /// <returns>Null where the head is broken.</returns>
    public static ReceivedHead? Parse(ReadOnlySpan<byte> head, bool toHead, int maxHeaders)
    {
        int lineEnd = head.IndexOf("\r\n"u8);
        if (lineEnd < 0 || !TryReadStatusLine(head[..lineEnd], out int minor, out int status, out string reason))
        {
            return null;
        }

        var headers = new HttpHeaders();
        if (!RequestHeadParser.TryReadHeaders(head[(lineEnd + 2)..], headers, maxHeaders)
            || !TryFrame(headers, minor, status, toHead, out ResponseFraming framing, out long length))
        {
            return null;
        }

        return new ReceivedHead
        {
            Status = status,
            Reason = reason,
            Headers = headers,
            Framing = framing,
            ContentLength = length,
            KeepAlive = framing != ResponseFraming.UntilClose && RequestHeadParser.KeepsAlive(headers, minor),
        };
    }

    // status-line = HTTP-version SP status-code SP [ reason-phrase ]; the second blank is often left out with the phrase.
    private static bool TryReadStatusLine(ReadOnlySpan<byte> line, out int minor, out int status, out string reason)
    {
        minor = 0;
        status = 0;
        reason = string.Empty;
        if (line.Length < 12 || !(line.StartsWith("HTTP/1.1 "u8) || line.StartsWith("HTTP/1.0 "u8)))
        {
            return false;
        }

        minor = line[7] - '0';
        foreach (byte digit in line.Slice(9, 3))
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            status = (status * 10) + digit - '0';
        }

        // Nobody asked for another protocol.
        if (status is < 100 or SwitchingProtocols || (line.Length > 12 && line[12] != ' '))
        {
            return false;
        }

        ReadOnlySpan<byte> phrase = line.Length > 13 ? line[13..] : default;
        foreach (byte b in phrase)
        {
            if ((b < 0x20 && b != '\t') || b == 0x7F)
            {
                return false;
            }
        }

        reason = Encoding.UTF8.GetString(phrase);
        return true;
    }

    // RFC 9112, section 6.3.
    private static bool TryFrame(HttpHeaders headers, int minor, int status, bool toHead, out ResponseFraming framing, out long length)
    {
        framing = ResponseFraming.None;
        length = 0;
        bool hasLength = false;
        bool hasCoding = false;
        foreach ((string name, string value) in headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (hasLength || !RequestHeadParser.TryReadLength(value, out length))
                {
                    return false;
                }

                hasLength = true;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                if (hasCoding || minor == 0 || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }

                hasCoding = true;
            }
        }

        if (hasLength && hasCoding)
        {
            return false;
        }

        if (status is < 200 or NoContent)
        {
            // Has no body and must not claim one: a reader that believed the claim would wait for it.
            return !hasCoding && length == 0;
        }

        if (toHead || status == NotModified)
        {
            length = 0;
            return true;
        }

        framing = hasCoding ? ResponseFraming.Chunked
            : !hasLength ? ResponseFraming.UntilClose
            : length > 0 ? ResponseFraming.Length : ResponseFraming.None;
        return true;
    }
}

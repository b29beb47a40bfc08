using System.Buffers;
using System.Text;
using LibProcess.Net;

namespace LibProcess.Http;

/// <summary>Reads the head of a request. Whatever leaves a doubt about where a request ends is refused.</summary>
/// <remarks>
/// Upstream takes more through http-parser 2.6.2: bare line feeds, blanks before a colon, folded headers, other versions, control
/// characters. Two readers that differ on these can be played against each other, so here such heads are broken, and a broken
/// head closes the connection without an answer, as it does upstream.
/// </remarks>
internal static class RequestHeadParser
{
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // Those http-parser knows; any other is a broken head.
    private static readonly string[] Methods =
    [
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH",
        "SEARCH", "UNLOCK", "BIND", "REBIND", "UNBIND", "ACL", "REPORT", "MKACTIVITY", "CHECKOUT", "MERGE", "M-SEARCH", "NOTIFY",
        "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "MKCALENDAR", "LINK", "UNLINK",
    ];

    /// <summary>Parses everything from the request line to the empty line; each line ends with CR LF.</summary>
    /// <param name="head">The bytes.</param>
    /// <param name="limits">How long the first line may be, and how many fields may follow.</param>
    /// <param name="refusal">The answer where a limit is passed; null where the head is broken and the connection closes without one.</param>
    /// <returns>Null where there is no request.</returns>
    public static RequestHead? Parse(ReadOnlySpan<byte> head, WireLimits limits, out HttpResponse? refusal)
    {
        refusal = null;
        int lineEnd = head.IndexOf("\r\n"u8);
        if (lineEnd > limits.MaxRequestLineBytes)
        {
            refusal = HttpResponse.Text(414, "414 Request-URI Too Large.");
            return null;
        }

        if (lineEnd < 0 || !TryReadRequestLine(head[..lineEnd], out string? method, out string? target, out int minor))
        {
            return null;
        }

        if (!TrySplitTarget(target!, out string path, out IReadOnlyDictionary<string, string>? query))
        {
            return null;
        }

        var headers = new HttpHeaders();
        if (!TryReadHeaders(head[(lineEnd + 2)..], headers, limits.MaxHeaders))
        {
            if (headers.Count == limits.MaxHeaders)
            {
                refusal = HttpResponse.BadRequest("The request has too many header fields");
            }

            return null;
        }

        if (!TryFrame(headers, out BodyFraming framing, out long length))
        {
            return null;
        }

        // A request without version is answered and that is all: nothing of HTTP/1 applies to it.
        bool versionless = minor < 0;
        if (versionless && (method != "GET" || framing != BodyFraming.None))
        {
            return null;
        }

        bool keepAlive = !versionless && KeepsAlive(headers, minor);
        // Where a header stands twice the last one counts, as upstream; those that frame the body may not.
        headers.KeepLast();
        return new RequestHead
        {
            Method = method!,
            Path = path,
            Query = query!,
            Headers = headers,
            Framing = framing,
            ContentLength = length,
            KeepAlive = keepAlive,
        };
    }

    // request-line = method SP request-target SP HTTP-version
    private static bool TryReadRequestLine(ReadOnlySpan<byte> line, out string? method, out string? target, out int minor)
    {
        method = target = null;
        minor = -1;
        int space = line.IndexOf((byte)' ');
        if (space <= 0 || (method = KnownMethod(line[..space])) is null)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line[(space + 1)..];
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> bytes = end < 0 ? rest : rest[..end];
        if (end >= 0)
        {
            ReadOnlySpan<byte> version = rest[(end + 1)..];
            if (version.SequenceEqual("HTTP/1.1"u8))
            {
                minor = 1;
            }
            else if (version.SequenceEqual("HTTP/1.0"u8))
            {
                minor = 0;
            }
            else
            {
                return false;
            }
        }

        if (bytes.IsEmpty || bytes.IndexOfAnyInRange((byte)0, (byte)0x20) >= 0 || bytes.Contains((byte)0x7F))
        {
            return false;
        }

        target = Encoding.UTF8.GetString(bytes);
        return true;
    }

    /// <summary>Whether a text can be a method or the name of a header.</summary>
    internal static bool IsToken(string text) => text.Length > 0 && !Encoding.UTF8.GetBytes(text).AsSpan().ContainsAnyExcept(TokenBytes);

    private static string? KnownMethod(ReadOnlySpan<byte> bytes)
    {
        foreach (string method in Methods)
        {
            if (Ascii.Equals(bytes, method))
            {
                return method;
            }
        }

        return null;
    }

    // request-target = origin-form / absolute-form / asterisk-form
    private static bool TrySplitTarget(string target, out string path, out IReadOnlyDictionary<string, string>? query)
    {
        path = target;
        query = QueryString.Empty;
        if (path[0] != '/' && path != "*")
        {
            int scheme = path.IndexOf("://", StringComparison.Ordinal);
            if (scheme <= 0 || path.AsSpan(0, scheme).ContainsAnyExceptInRange('A', 'z'))
            {
                return false;
            }

            int slash = path.AsSpan(scheme + 3).IndexOfAny('/', '?', '#');
            path = slash < 0 ? "/" : path[(scheme + 3 + slash)..];
            path = path[0] == '/' ? path : "/" + path;
        }

        int fragment = path.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
        {
            path = path[..fragment];
        }

        int question = path.IndexOf('?', StringComparison.Ordinal);
        if (question < 0)
        {
            return true;
        }

        string text = path[(question + 1)..];
        path = path[..question];
        return QueryString.TryParse(text, out query);
    }

    // field-line = field-name ":" OWS field-value OWS
    internal static bool TryReadHeaders(ReadOnlySpan<byte> lines, HttpHeaders headers, int most)
    {
        while (true)
        {
            int end = lines.IndexOf("\r\n"u8);
            if (end < 0)
            {
                return false;
            }

            if (end == 0)
            {
                return true;
            }

            if (headers.Count == most)
            {
                return false;
            }

            ReadOnlySpan<byte> line = lines[..end];
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExcept(TokenBytes))
            {
                return false;
            }

            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
            foreach (byte b in value)
            {
                if ((b < 0x20 && b != '\t') || b == 0x7F)
                {
                    return false;
                }
            }

            headers.Add(Encoding.ASCII.GetString(line[..colon]), Encoding.UTF8.GetString(value));
            lines = lines[(end + 2)..];
        }
    }

    private static bool TryFrame(HttpHeaders headers, out BodyFraming framing, out long length)
    {
        framing = BodyFraming.None;
        length = 0;
        bool hasLength = false;
        bool hasCoding = false;
        foreach ((string name, string value) in headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                if (hasLength || !TryReadLength(value, out length))
                {
                    return false;
                }

                hasLength = true;
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                if (hasCoding || !value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
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

        framing = hasCoding ? BodyFraming.Chunked : length > 0 ? BodyFraming.Length : BodyFraming.None;
        return true;
    }

    internal static bool TryReadLength(string text, out long length)
    {
        length = 0;
        foreach (char digit in text)
        {
            if (!char.IsAsciiDigit(digit) || length > (long.MaxValue - (digit - '0')) / 10)
            {
                return false;
            }

            length = (length * 10) + (digit - '0');
        }

        return text.Length > 0;
    }

    internal static bool KeepsAlive(HttpHeaders headers, int minor)
    {
        bool close = false;
        bool keep = false;
        foreach ((string name, string value) in headers)
        {
            if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                foreach (Range part in value.AsSpan().Split(','))
                {
                    ReadOnlySpan<char> option = value.AsSpan(part).Trim(" \t");
                    close |= option.Equals("close", StringComparison.OrdinalIgnoreCase);
                    keep |= option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase);
                }
            }
        }

        return !close && (minor > 0 || keep);
    }
}

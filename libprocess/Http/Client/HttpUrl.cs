using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LibProcess.Addressing;

namespace LibProcess.Http.Client;

/// <summary>Where a request goes: scheme, host, port, path and query. Immutable.</summary>
/// <remarks>
/// Upstream: <c>http::URL</c> in 3rdparty/libprocess/include/process/http.hpp. Path and query are kept as they are sent, so
/// <c>slave(1)</c> stays as it is; <see cref="Query"/> escapes what it adds. Hosts are names or IPv4 addresses.
/// </remarks>
public sealed record HttpUrl
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    private HttpUrl(bool isSecure, string host, ushort port, string target)
    {
        IsSecure = isSecure;
        Host = host;
        Port = port;
        Target = target;
    }

    /// <summary>Whether the scheme is <c>https</c>.</summary>
    public bool IsSecure { get; }

    /// <summary>A host name or an IPv4 address.</summary>
    public string Host { get; }

    /// <summary>The port; 80 or 443 where the text names none.</summary>
    public ushort Port { get; }

    /// <summary>Path and query as they are sent, escapes and all; starts with <c>/</c>.</summary>
    public string Target { get; private init; }

    /// <summary>The value of the header <c>Host</c>: the port is left out where it is the scheme's own.</summary>
    internal string Authority =>
        Port == (IsSecure ? HttpsPort : HttpPort) ? Host : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>A path of a node.</summary>
    /// <param name="address">Where the node listens.</param>
    /// <param name="path">As it is to be sent; a leading <c>/</c> is added where there is none.</param>
    /// <exception cref="ArgumentException">The path holds blanks or control characters.</exception>
    public static HttpUrl Of(NetworkAddress address, string path = "/") =>
        new(isSecure: false, address.ToIPAddress().ToString(), address.Port, CheckedTarget(path));

    /// <summary>A path of a process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="path">What follows <c>/&lt;id&gt;</c>, with or without a leading <c>/</c>; may be empty.</param>
    /// <exception cref="ArgumentException">The path holds blanks or control characters.</exception>
    public static HttpUrl Of(UPid pid, string path = "")
    {
        ArgumentNullException.ThrowIfNull(pid);
        ArgumentNullException.ThrowIfNull(path);
        return Of(pid.Address, path.Length == 0 ? "/" + pid.Id : $"/{pid.Id}/{path.TrimStart('/')}");
    }

    /// <summary>Reads <c>http://host:port/path?query</c> or the same with <c>https</c>; a fragment is dropped.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HttpUrl? url)
    {
        ArgumentNullException.ThrowIfNull(text);
        url = null;
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return false;
        }

        bool isSecure = text.AsSpan(0, scheme).Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !text.AsSpan(0, scheme).Equals("http", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string rest = text[(scheme + 3)..];
        int fragment = rest.IndexOf('#', StringComparison.Ordinal);
        rest = fragment < 0 ? rest : rest[..fragment];
        int end = rest.AsSpan().IndexOfAny('/', '?');
        string authority = end < 0 ? rest : rest[..end];
        string target = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        int colon = authority.IndexOf(':', StringComparison.Ordinal);
        string host = colon < 0 ? authority : authority[..colon];
        int port = isSecure ? HttpsPort : HttpPort;
        if ((colon >= 0 && (!int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
            || !IsHost(host)
            || !IsTarget(target))
        {
            return false;
        }

        url = new HttpUrl(isSecure, host, (ushort)port, target);
        return true;
    }

    /// <summary>Reads <c>http://host:port/path?query</c> or the same with <c>https</c>.</summary>
    /// <exception cref="FormatException">The text is no such URL.</exception>
    public static HttpUrl Parse(string text) =>
        TryParse(text, out HttpUrl? url) ? url : throw new FormatException($"'{text}' is not a URL of the form http://host:port/path?query");

    /// <summary>The same with another path and query.</summary>
    /// <param name="target">As it is to be sent; a leading <c>/</c> is added where there is none.</param>
    /// <exception cref="ArgumentException">The target holds blanks or control characters.</exception>
    public HttpUrl At(string target) => this with { Target = CheckedTarget(target) };

    /// <summary>The same with a pair added to the query; key and value are escaped.</summary>
    public HttpUrl Query(string key, string value)
    {
        char separator = Target.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return this with { Target = $"{Target}{separator}{PercentEncoding.Encode(key)}={PercentEncoding.Encode(value)}" };
    }

    /// <summary>The text form.</summary>
    public override string ToString() => $"{(IsSecure ? "https" : "http")}://{Authority}{Target}";

    /// <summary>Whether a path can stand in the first line of a request.</summary>
    internal static bool IsTarget(string target)
    {
        foreach (char c in target)
        {
            if (c is <= ' ' or '\x7F' or '#' || char.IsSurrogate(c))
            {
                return false;
            }
        }

        return target.Length > 0 && (target[0] == '/' || target == "*");
    }

    private static string CheckedTarget(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target = target is ['/', ..] ? target : "/" + target;
        return IsTarget(target) ? target : throw new ArgumentException($"'{target}' cannot be sent as it is: escape it", nameof(target));
    }

    private static bool IsHost(string host)
    {
        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return host.Length > 0;
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mesos.Common.Detection;

/// <summary>
/// Where to look for the master, as the flag <c>--master</c> and the drivers take it: <c>host:port</c>, <c>master@host:port</c>,
/// <c>zk://[user:password@]host:port,.../path</c>, or <c>file://</c> with the path of a file that holds one of these.
/// </summary>
/// <remarks>Upstream: <c>MasterDetector::create</c> in src/master/detector/detector.cpp.</remarks>
public abstract record MasterLocation
{
    private const string FileScheme = "file://";
    private const string ZooKeeperScheme = "zk://";
    private const string ProcessPrefix = "master@";

    private static readonly SearchValues<char> NotInHosts = SearchValues.Create("@/: \t\r\n");

    private MasterLocation()
    {
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">What the user wrote; blanks around it mean nothing.</param>
    /// <param name="location">The location when the answer is true.</param>
    /// <param name="error">What is wrong and what is accepted, when the answer is false.</param>
    /// <param name="readFile">Reads the file behind <c>file://</c>; null for the file system.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out MasterLocation? location,
        [NotNullWhen(false)] out string? error,
        Func<string, string>? readFile = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        (location, error) = (null, null);
        var trimmed = text.Trim();
        if (trimmed.StartsWith(FileScheme, StringComparison.Ordinal))
        {
            var path = trimmed[FileScheme.Length..];
            try
            {
                trimmed = (readFile ?? File.ReadAllText)(path).Trim();
            }
            catch (Exception exception)
            {
                error = $"The file '{path}' that names the master cannot be read: {exception.Message}";
                return false;
            }
        }

        location = trimmed.StartsWith(ZooKeeperScheme, StringComparison.Ordinal)
            ? ParseZooKeeper(trimmed, out error)
            : ParseProcess(trimmed, out error);
        return error is null && location is not null;
    }

    /// <summary>A text form without the credentials that it may hold, for messages. Anything that is not understood is taken for one that does.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.LastIndexOf('@');
        if (at < 0 || text.StartsWith(FileScheme, StringComparison.Ordinal) || text.AsSpan(0, at + 1).SequenceEqual(ProcessPrefix))
        {
            return text;
        }

        const string SchemeEnd = "://";
        var scheme = text.IndexOf(SchemeEnd, StringComparison.Ordinal);
        return (scheme < 0 || scheme > at ? "" : text[..(scheme + SchemeEnd.Length)]) + "***" + text[at..];
    }

    private static ZooKeeper? ParseZooKeeper(string text, out string? error)
    {
        var slash = text.IndexOf('/', ZooKeeperScheme.Length);
        if (slash == ZooKeeperScheme.Length || slash < 0 || text.AsSpan(slash).Trim('/').IsEmpty)
        {
            error = "A master in ZooKeeper needs servers and a path below '/': write zk://host:port,host:port/path";
            return null;
        }

        error = null;
        return new ZooKeeper(text);
    }

    private static Process? ParseProcess(string text, out string? error)
    {
        var address = text.StartsWith(ProcessPrefix, StringComparison.Ordinal) ? text[ProcessPrefix.Length..] : text;
        var colon = address.LastIndexOf(':');
        if (colon <= 0
            || address.AsSpan(0, colon).ContainsAny(NotInHosts)
            || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0)
        {
            error = $"'{Redact(text)}' does not say where the master is: expected host:port, master@host:port, zk://host:port/path or file:///path";
            return null;
        }

        error = null;
        return new Process(address[..colon], port);
    }

    /// <summary>The one master, at a fixed address.</summary>
    /// <param name="Host">An IPv4 address or a host name.</param>
    /// <param name="Port">Its port.</param>
    public sealed record Process(string Host, ushort Port) : MasterLocation
    {
        /// <summary>The master's process in the text form of a UPID.</summary>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ProcessPrefix}{Host}:{Port}");
    }

    /// <summary>Whichever master ZooKeeper says leads.</summary>
    /// <param name="Url">The complete URL, possibly with credentials: not for logs.</param>
    public sealed record ZooKeeper(string Url) : MasterLocation
    {
        /// <summary>The URL without its credentials.</summary>
        public override string ToString() => Redact(Url);
    }
}

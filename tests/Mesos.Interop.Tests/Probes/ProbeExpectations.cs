namespace Mesos.Interop.Tests.Probes;

/// <summary>How much of a recorded answer counts, and where this implementation answers differently on purpose.</summary>
internal static class ProbeExpectations
{
    /// <summary>Where the original is lenient in a way that invites request smuggling, the connection is closed instead.</summary>
    public static readonly IReadOnlyDictionary<string, string> Stricter = new Dictionary<string, string>
    {
        ["bare LF request"] = "a lone line feed ends a line for some readers and not for others",
        ["space before colon"] = "a blank before the colon hides a header from some readers",
    };

    /// <summary>Answers whose body depends on the version, the machine or the flags: status line and media type count.</summary>
    public static readonly IReadOnlySet<string> HeadOnly = new HashSet<string>
    {
        "GET jsonp", "GET /version", "GET /flags gzip", "GET /flags gzip q=0", "GET /help?format=json", "GET /__processes__", "three pipelined GETs",
    };

    /// <summary>Pages that are shorter here than the 1,024 bytes from which answers are compressed.</summary>
    public static readonly IReadOnlySet<(string Node, string Probe)> Short = new HashSet<(string, string)> { ("master", "GET /flags gzip") };

    /// <summary>What is not built yet and says so: <c>501 Not Implemented</c>, with a sentence.</summary>
    public static readonly IReadOnlySet<string> NotBuilt = new HashSet<string>
    {
        "GET /files/browse bad path", "GET /files/read bad path", "api/v1 bad content type", "api/v1 bad json", "api/v1 GET_HEALTH json",
        "api/v1 GET_HEALTH protobuf", "api/v1 GET method", "scheduler api GET", "scheduler api call without stream id", "GET /reserve",
        "GET /weights", "executor api empty", "executor api subscribe unknown",
    };
}

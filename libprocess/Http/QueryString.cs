using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Http;

/// <summary>The part of a URL after the question mark.</summary>
/// <remarks>Upstream: <c>http::query::decode</c> in 3rdparty/libprocess/src/http.cpp.</remarks>
internal static class QueryString
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    /// <summary>Pairs are separated by <c>&amp;</c> or <c>;</c>; the last value of a key counts; a key alone has an empty value.</summary>
    /// <returns>False where an escape is malformed.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyDictionary<string, string>? query)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        query = null;
        foreach (string pair in text.Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string value = string.Empty;
            if (!PercentEncoding.TryDecode(equals < 0 ? pair : pair[..equals], out string? key)
                || (equals >= 0 && !PercentEncoding.TryDecode(pair[(equals + 1)..], out value!)))
            {
                return false;
            }

            pairs[key] = value;
        }

        query = pairs;
        return true;
    }
}

using System.Collections.Concurrent;
using System.Globalization;

namespace LibProcess.Addressing;

/// <summary>Gives out process ids <c>prefix(N)</c>; N counts up per prefix from 1 and is never used twice on a node.</summary>
/// <remarks>Upstream: <c>ID::generate</c> in 3rdparty/libprocess/src/process.cpp. Safe from any thread.</remarks>
public sealed class ProcessIds
{
    private readonly ConcurrentDictionary<string, int> counters = new(StringComparer.Ordinal);

    /// <summary>The next id for a prefix; an empty prefix gives <c>(1)</c>, <c>(2)</c>, and so on.</summary>
    public string Generate(string prefix)
    {
        int number = counters.AddOrUpdate(prefix, 1, static (_, last) => last + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}({number})");
    }
}

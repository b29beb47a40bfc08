using System.Text.RegularExpressions;

namespace Mesos.Interop.Tests.Replay;

/// <summary>
/// What stands for what: the UUIDs and addresses of the recording and those of the live run. A value seen for the first time
/// is bound; from then on it must stay the same.
/// </summary>
public sealed partial class Bindings
{
    private readonly Dictionary<string, string> live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> recorded = new(StringComparer.Ordinal);

    public void Bind(string recordedValue, string liveValue)
    {
        live[recordedValue] = liveValue;
        recorded[liveValue] = recordedValue;
    }

    /// <summary>The live form of a recorded text: bound parts are replaced, the rest stays.</summary>
    public string ToLive(string text) => Variable().Replace(text, match => live.GetValueOrDefault(match.Value, match.Value));

    /// <summary>The live form of a recorded UUID in bytes.</summary>
    public byte[] ToLive(byte[] uuid) => Convert.FromHexString(ToLive(Text(uuid)).Replace("-", string.Empty, StringComparison.Ordinal));

    /// <returns>Null if the texts agree, else what is wrong.</returns>
    public string? Unify(string recordedText, string liveText)
    {
        if (Variable().Replace(recordedText, "*") != Variable().Replace(liveText, "*"))
        {
            return $"'{ToLive(recordedText)}' expected, '{liveText}' seen";
        }

        foreach ((Match expected, Match seen) in Variable().Matches(recordedText).Zip(Variable().Matches(liveText)))
        {
            if (live.TryGetValue(expected.Value, out string? bound) ? bound != seen.Value : recorded.ContainsKey(seen.Value))
            {
                return $"'{ToLive(recordedText)}' expected, '{liveText}' seen";
            }

            Bind(expected.Value, seen.Value);
        }

        return null;
    }

    /// <returns>Null if the bytes agree; sixteen bytes are a UUID.</returns>
    public string? Unify(byte[] recordedBytes, byte[] liveBytes) =>
        recordedBytes.Length == 16 && liveBytes.Length == 16
            ? Unify(Text(recordedBytes), Text(liveBytes))
            : recordedBytes.AsSpan().SequenceEqual(liveBytes) ? null : $"{Convert.ToHexString(recordedBytes)} expected, {Convert.ToHexString(liveBytes)} seen";

    private static string Text(byte[] uuid) => new Guid(uuid, bigEndian: true).ToString();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b127\.0\.0\.1:\d+|^process \d+$")]
    private static partial Regex Variable();
}

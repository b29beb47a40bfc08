using System.Text.Json;

namespace Mesos.Interop.Tests.Endpoints;

/// <summary>
/// Compares two JSON texts member by member: the same names in both, of the same types, with the same values. A number with a fraction is
/// of another type than one without, so that 4 is not 4.0; which of the digits are written that lead to the same number is free. The order of members carries no meaning, that of items does.
/// </summary>
/// <param name="unify">Null if a live text agrees with a recorded one, else what is wrong.</param>
/// <param name="isFree">Whether only the type counts of what is at a path.</param>
internal sealed class JsonComparison(Func<string, string, string?> unify, Func<string, bool> isFree)
{
    private readonly List<(string Path, string What)> differences = [];

    /// <returns>Where they differ and how; items of arrays are all called <c>[]</c>.</returns>
    public IReadOnlyList<(string Path, string What)> Compare(string recorded, string live)
    {
        using JsonDocument expected = JsonDocument.Parse(recorded);
        using JsonDocument seen = JsonDocument.Parse(live);
        Compare(expected.RootElement, seen.RootElement, string.Empty);
        return differences;
    }

    private void Compare(JsonElement recorded, JsonElement live, string path)
    {
        if (Kind(recorded) != Kind(live))
        {
            differences.Add((path, $"{Kind(recorded)} expected, {live.GetRawText()} seen"));
            return;
        }

        switch (recorded.ValueKind)
        {
            case JsonValueKind.Object:
                CompareMembers(recorded, live, path);
                break;
            case JsonValueKind.Array when recorded.GetArrayLength() != live.GetArrayLength():
                differences.Add((path, $"{live.GetArrayLength()} items instead of {recorded.GetArrayLength()}"));
                break;
            case JsonValueKind.Array:
                foreach ((JsonElement expected, JsonElement seen) in recorded.EnumerateArray().Zip(live.EnumerateArray()))
                {
                    Compare(expected, seen, path + "[]");
                }

                break;
            default:
                string? wrong = isFree(path) ? null
                    : recorded.ValueKind == JsonValueKind.String ? unify(recorded.GetString()!, live.GetString()!)
                    : AreEqual(recorded, live) ? null : $"{recorded.GetRawText()} expected, {live.GetRawText()} seen";
                if (wrong is not null)
                {
                    differences.Add((path, wrong));
                }

                break;
        }
    }

    private void CompareMembers(JsonElement recorded, JsonElement live, string path)
    {
        foreach (JsonProperty expected in recorded.EnumerateObject())
        {
            string at = path.Length == 0 ? expected.Name : $"{path}.{expected.Name}";
            if (live.TryGetProperty(expected.Name, out JsonElement seen))
            {
                Compare(expected.Value, seen, at);
            }
            else
            {
                differences.Add((at, "missing"));
            }
        }

        foreach (JsonProperty more in live.EnumerateObject().Where(member => !recorded.TryGetProperty(member.Name, out _)))
        {
            differences.Add((path.Length == 0 ? more.Name : $"{path}.{more.Name}", "not in the original"));
        }
    }

    private static bool AreEqual(JsonElement recorded, JsonElement live) =>
        recorded.ValueKind == JsonValueKind.Number ? recorded.GetDouble().Equals(live.GetDouble()) : recorded.GetRawText() == live.GetRawText();

    /// <summary>The type of a value: a number with a fraction, though it be zero, is another than one without.</summary>
    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => element.GetRawText().AsSpan().ContainsAny(".eE") ? "a number with a fraction" : "a number without a fraction",
        _ => element.ValueKind.ToString(),
    };
}

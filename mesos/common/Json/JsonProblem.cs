using System.Text.Json;

namespace Mesos.Common.Json;

/// <summary>What is wrong in a JSON text, and where.</summary>
internal sealed record JsonProblem(string Path, string Clause)
{
    public static JsonProblem Unexpected(string expected, JsonElement found) => new("", $"expected {expected}, but found {Describe(found)}");

    public static JsonProblem Because(string clause) => new("", clause);

    /// <summary>The same problem, seen from one level further out.</summary>
    public JsonProblem Inside(string name) => this with { Path = Path.Length == 0 || Path[0] == '[' ? name + Path : $"{name}.{Path}" };

    public override string ToString() => Path.Length == 0 ? Clause : $"{Path}: {Clause}";

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => $"the text '{element.GetString()}'",
        JsonValueKind.Number => $"the number {element.GetRawText()}",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "nothing",
    };
}

using System.Text.Json;

namespace LibProcess.Tests.Net;

/// <summary>Traffic recorded from the original.</summary>
internal static class Captures
{
    public static IEnumerable<(string From, string To, string Name, byte[] Raw)> Messages()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "captures"), "*.jsonl").Order())
        {
            foreach (JsonElement line in Lines(file))
            {
                if (line.TryGetProperty("kind", out JsonElement kind) && kind.GetString() == "message")
                {
                    yield return (
                        line.GetProperty("from").GetString()!,
                        line.GetProperty("to").GetString()!,
                        line.GetProperty("name").GetString()!,
                        line.GetProperty("raw").GetBytesFromBase64());
                }
            }
        }
    }

    /// <summary>Odd requests with the answer, the number of bytes of a body left out, and what became of the connection.</summary>
    public static IEnumerable<(string Probe, byte[] Request, byte[] Response, bool BodyOmitted, string Connection)> Probes(string node)
    {
        foreach (JsonElement line in Lines(Path.Combine(AppContext.BaseDirectory, "captures", $"probes-{node}.jsonl")))
        {
            yield return (
                line.GetProperty("probe").GetString()!,
                line.GetProperty("request").GetBytesFromBase64(),
                line.TryGetProperty("response", out JsonElement response) ? response.GetBytesFromBase64() : [],
                line.TryGetProperty("body_omitted", out _),
                line.GetProperty("connection").GetString()!);
        }
    }

    private static IEnumerable<JsonElement> Lines(string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }
}

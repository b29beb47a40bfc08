using System.Text;
using System.Text.Json;

namespace Mesos.Authentication.Tests;

/// <summary>A message of a recorded authentication.</summary>
internal sealed record Recorded(string From, string Name, byte[] Body)
{
    public bool IsFromAuthenticatee => From.StartsWith("crammd5-authenticatee", StringComparison.Ordinal);

    /// <summary>The attempts of the recording: an agent, a framework, and a framework with a wrong secret.</summary>
    public static IReadOnlyList<IReadOnlyList<Recorded>> Attempts()
    {
        List<List<Recorded>> attempts = [];
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "captures", "cram-md5.jsonl")))
        {
            JsonElement entry = JsonDocument.Parse(line).RootElement;
            if (!entry.TryGetProperty("name", out JsonElement name) || !name.GetString()!.Contains("Authenticat", StringComparison.Ordinal))
            {
                continue;
            }

            if (name.GetString() == "mesos.internal.AuthenticateMessage")
            {
                attempts.Add([]);
            }

            attempts[^1].Add(new Recorded(entry.GetProperty("from").GetString()!, name.GetString()!, BodyOf(entry.GetProperty("raw").GetBytesFromBase64())));
        }

        return attempts;
    }

    private static byte[] BodyOf(byte[] raw)
    {
        int head = raw.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (head == raw.Length)
        {
            return [];
        }

        int line = raw.AsSpan(head).IndexOf("\r\n"u8);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(raw, head, line), 16);
        return raw[(head + line + 2)..(head + line + 2 + size)];
    }
}

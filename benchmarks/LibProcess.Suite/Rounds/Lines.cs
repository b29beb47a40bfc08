using System.Text.Json;

namespace LibProcess.Suite.Rounds;

/// <summary>How the programs of a run talk: marked JSON lines, so that what a library prints on the console does no harm.</summary>
internal static class Lines
{
    private const string Mark = "@@ ";

    public static async Task WriteAsync<T>(TextWriter to, T value)
    {
        await to.WriteLineAsync(Mark + JsonSerializer.Serialize(value));
        await to.FlushAsync();
    }

    /// <returns>Default at the end of the stream.</returns>
    public static async Task<T?> ReadAsync<T>(TextReader from, CancellationToken cancellation = default)
    {
        while (await from.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<T>(line.AsSpan(Mark.Length));
            }
        }

        return default;
    }
}

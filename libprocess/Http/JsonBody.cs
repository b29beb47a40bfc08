using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace LibProcess.Http;

/// <summary>Reads JSON that a client sent.</summary>
/// <remarks>
/// Upstream: 3rdparty/stout/include/stout/json.hpp, which reads no deeper than <see cref="MaxDepth"/> either. Nothing here
/// recurses, so no text can exhaust the stack.
/// </remarks>
public static class JsonBody
{
    /// <summary>Arrays and objects inside of each other; 200 are read, 201 are refused.</summary>
    public const int MaxDepth = 200;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Parses a text.</summary>
    /// <param name="text">UTF-8. The document refers to it: it must not change while the document is used.</param>
    /// <param name="document">Dispose it after use.</param>
    /// <param name="error">What is wrong, fit for the body of a 400: <c>Failed to parse body into JSON: ...</c>.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> text, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        try
        {
            if (FindFlaw(text.Span) is { } flaw)
            {
                error = "Failed to parse body into JSON: " + flaw;
                return false;
            }

            document = JsonDocument.Parse(text, Options);
            error = null;
            return true;
        }
        catch (JsonException exception)
        {
            error = "Failed to parse body into JSON: " + exception.Message;
            return false;
        }
    }

    /// <summary>
    /// Finds strings that are no text: the parser of the base library takes them, and throws when somebody reads them, long after
    /// the body was accepted.
    /// </summary>
    /// <param name="text">UTF-8.</param>
    /// <returns>What is wrong, or null.</returns>
    /// <exception cref="JsonException">This is no JSON. Not every text that is none is found out.</exception>
    public static string? FindFlaw(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            return "invalid UTF-8";
        }

        if (text.IndexOf("\\u"u8) < 0)
        {
            return null;
        }

        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(reader))
            {
                return "half of a surrogate pair";
            }
        }

        return null;
    }

    private static bool IsText(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

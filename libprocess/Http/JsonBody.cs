using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

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
        try
        {
            document = JsonDocument.Parse(text, Options);
            error = null;
            return true;
        }
        catch (JsonException exception)
        {
            document = null;
            error = "Failed to parse body into JSON: " + exception.Message;
            return false;
        }
    }
}

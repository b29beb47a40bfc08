using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LibProcess.Http.Authentication;

/// <summary>A JSON web token signed with HS256.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/src/jwt.cpp. The signature is compared in fixed time, and before anything of the claims is looked
/// at. Unsigned tokens (<c>"alg":"none"</c>) and other algorithms are refused whatever they say.
/// </remarks>
public sealed class JsonWebToken
{
    private const string HeaderText = """{"alg":"HS256","typ":"JWT"}""";

    private JsonWebToken(IReadOnlyDictionary<string, string> claims)
    {
        Claims = claims;
    }

    /// <summary>The claims: strings as they are, anything else as JSON text.</summary>
    public IReadOnlyDictionary<string, string> Claims { get; }

    /// <summary>Makes a token.</summary>
    /// <param name="claims">Writes the members of the claims; the object around them is written already.</param>
    /// <param name="secret">The key of the signature.</param>
    public static string Create(Action<Utf8JsonWriter> claims, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ReadOnlyMemory<byte> payload = JsonText.Write(json =>
        {
            json.WriteStartObject();
            claims(json);
            json.WriteEndObject();
        });
        string signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(HeaderText)) + "." + Base64Url.EncodeToString(payload.Span);
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)));
    }

    /// <summary>Reads a token and checks it.</summary>
    /// <param name="text">Three parts with dots between them.</param>
    /// <param name="secret">The key of the signature.</param>
    /// <param name="now">A token whose <c>exp</c> lies before this, in whole seconds, has expired.</param>
    /// <param name="requireExpiry">Whether <c>exp</c> must be there.</param>
    /// <param name="token">The token.</param>
    /// <param name="error">What is wrong with it.</param>
    public static bool TryRead(
        string text,
        ReadOnlySpan<byte> secret,
        DateTimeOffset now,
        bool requireExpiry,
        [NotNullWhen(true)] out JsonWebToken? token,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return TryReadParts(text, secret, now, requireExpiry, out token, out error);
        }
        catch (InvalidOperationException)
        {
            // JSON in form, but with text that is none, such as half a surrogate pair.
            token = null;
            error = "Failed to parse into JSON: invalid text";
            return false;
        }
    }

    private static bool TryReadParts(
        string text,
        ReadOnlySpan<byte> secret,
        DateTimeOffset now,
        bool requireExpiry,
        [NotNullWhen(true)] out JsonWebToken? token,
        [NotNullWhen(false)] out string? error)
    {
        token = null;
        string[] parts = text.Split('.');
        if (parts.Length != 3)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"Expected 3 components in token, got {parts.Length}");
            return false;
        }

        using JsonDocument? header = ReadObject(parts[0], out string? wrong);
        error = header is null ? "Failed to decode token header: " + wrong : CheckHeader(header.RootElement);
        error ??= CheckSignature(parts, secret);
        if (error is not null)
        {
            return false;
        }

        using JsonDocument? payload = ReadObject(parts[1], out wrong);
        error = payload is null ? "Failed to decode token payload: " + wrong : CheckExpiry(payload.RootElement, now.ToUnixTimeSeconds(), requireExpiry);
        if (error is not null)
        {
            return false;
        }

        token = new JsonWebToken(ClaimsOf(payload!.RootElement));
        return true;
    }

    private static string? CheckHeader(JsonElement header)
    {
        if (header.TryGetProperty("typ", out JsonElement type) && type.ValueKind != JsonValueKind.String)
        {
            return "Token 'typ' is not a string";
        }

        if (!header.TryGetProperty("alg", out JsonElement algorithm))
        {
            return "Failed to locate 'alg' in token JSON header";
        }

        if (algorithm.ValueKind != JsonValueKind.String)
        {
            return "Token 'alg' field is not a string";
        }

        switch (algorithm.GetString())
        {
            case "HS256":
                // Extensions that must be understood are not.
                return header.TryGetProperty("crit", out _) ? "Token 'crit' field is unsupported" : null;
            case "none" or "RS256":
                return $"Token 'alg' value \"{algorithm.GetString()}\" does not match, expected \"HS256\"";
            default:
                return "Unsupported token algorithm: " + algorithm.GetString();
        }
    }

    private static string? CheckSignature(string[] parts, ReadOnlySpan<byte> secret)
    {
        if (Decode(parts[2]) is not { } signature)
        {
            return "Failed to base64url-decode token signature";
        }

        byte[] expected = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(parts[0] + "." + parts[1]));
        return CryptographicOperations.FixedTimeEquals(expected, signature) ? null : "Token signature does not match";
    }

    private static string? CheckExpiry(JsonElement payload, long now, bool isRequired)
    {
        if (!payload.TryGetProperty("exp", out JsonElement expiry))
        {
            return isRequired ? "Failed to locate 'exp' in token JSON payload" : null;
        }

        if (expiry.ValueKind != JsonValueKind.Number)
        {
            return "JSON payload 'exp' field is not a number";
        }

        if (!expiry.TryGetInt64(out long seconds))
        {
            seconds = (long)Math.Clamp(expiry.GetDouble(), long.MinValue, long.MaxValue);
        }

        return seconds < now
            ? string.Create(CultureInfo.InvariantCulture, $"Token has expired: exp({seconds}) < now({now})")
            : null;
    }

    private static Dictionary<string, string> ClaimsOf(JsonElement payload)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty claim in payload.EnumerateObject())
        {
            claims[claim.Name] = claim.Value.ValueKind == JsonValueKind.String
                ? claim.Value.GetString()!
                : Encoding.UTF8.GetString(JsonText.Write(claim.Value.WriteTo).Span);
        }

        return claims;
    }

    private static JsonDocument? ReadObject(string part, out string? error)
    {
        if (Decode(part) is not { } bytes)
        {
            error = "Failed to base64url-decode";
            return null;
        }

        if (!JsonBody.TryParse(bytes, out JsonDocument? document, out error))
        {
            return null;
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            error = "Failed to parse into JSON: not an object";
            return null;
        }

        return document;
    }

    private static byte[]? Decode(string part)
    {
        if (part.AsSpan().ContainsAny("\t\r\n "))
        {
            return null;
        }

        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

using System.Text.Json;

namespace LibProcess.Http.Authentication;

/// <summary>Who sends a request: a name, claims, or both.</summary>
/// <remarks>Upstream: <c>Principal</c> in 3rdparty/libprocess/include/process/authenticator.hpp. Never changes.</remarks>
public sealed class Principal
{
    /// <summary>A principal with a name.</summary>
    public Principal(string value)
        : this(value, claims: null)
    {
        ArgumentNullException.ThrowIfNull(value);
    }

    /// <summary>A principal with a name, claims, or both.</summary>
    /// <exception cref="ArgumentException">There is neither.</exception>
    public Principal(string? value, IReadOnlyDictionary<string, string>? claims)
    {
        Value = value;
        Claims = new SortedDictionary<string, string>(new Dictionary<string, string>(claims ?? new Dictionary<string, string>()), StringComparer.Ordinal);
        if (value is null && Claims.Count == 0)
        {
            throw new ArgumentException("A principal needs a value or claims", nameof(value));
        }
    }

    /// <summary>The name, such as the user of Basic authentication, or null.</summary>
    public string? Value { get; }

    /// <summary>The claims, such as those of a token; empty for none.</summary>
    public IReadOnlyDictionary<string, string> Claims { get; }

    /// <summary>The name where there is nothing else, otherwise JSON with the members <c>value</c> and <c>claims</c>.</summary>
    public override string ToString()
    {
        if (Claims.Count == 0)
        {
            return Value!;
        }

        return System.Text.Encoding.UTF8.GetString(JsonText.Write(Write).Span);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Value is not null)
        {
            json.WriteString("value", Value);
        }

        json.WriteStartObject("claims");
        foreach ((string name, string claim) in Claims)
        {
            json.WriteString(name, claim);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

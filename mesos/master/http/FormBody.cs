using System.Diagnostics.CodeAnalysis;

namespace Mesos.Master.Http;

/// <summary>Reads bodies of the form <c>name=value&amp;name=value</c>.</summary>
internal static class FormBody
{
    /// <summary>Finds a value; where a name occurs twice the last one counts.</summary>
    public static bool TryGet(string body, string name, [NotNullWhen(true)] out string? value)
    {
        value = null;
        foreach (string pair in body.Trim().Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            if (Decode(parts[0]) == name)
            {
                value = parts.Length == 2 ? Decode(parts[1]) : string.Empty;
            }
        }

        return value is not null;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

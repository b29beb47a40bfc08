using System.Text;

namespace LibProcess.Http.Authentication;

/// <summary>Texts of the header <c>WWW-Authenticate</c>.</summary>
internal static class Challenge
{
    /// <summary>What may stand between quotation marks: parts of it come from clients.</summary>
    public static string Quote(string text)
    {
        if (!text.AsSpan().ContainsAny("\"\\") && !text.AsSpan().ContainsAnyInRange('\0', '\x1F') && !text.Contains('\x7F', StringComparison.Ordinal))
        {
            return text;
        }

        var quoted = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (c is '"' or '\\')
            {
                quoted.Append('\\');
            }

            quoted.Append(char.IsControl(c) ? ' ' : c);
        }

        return quoted.ToString();
    }
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace LibProcess.Builtins;

/// <summary>Renders what stands within a line of markdown; knows the links a document defines.</summary>
internal sealed partial class MarkdownLinks
{
    private readonly Dictionary<string, string> targets = new(StringComparer.OrdinalIgnoreCase);

    public MarkdownLinks(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (Definition().Match(line) is { Success: true } match)
            {
                targets[match.Groups["name"].Value] = match.Groups["target"].Value;
            }
        }
    }

    /// <summary>Whether a line only says where a link leads: <c>[name]: target</c>.</summary>
    public static bool IsDefinition(string line) => Definition().IsMatch(line);

    /// <summary>Appends a text with its code, emphasis and links as HTML.</summary>
    public void Append(StringBuilder html, string text)
    {
        int at = 0;
        foreach (Match match in Span().Matches(text))
        {
            html.Append(WebUtility.HtmlEncode(text[at..match.Index]));
            at = match.Index + match.Length;
            if (match.Groups["code"] is { Success: true } code)
            {
                html.Append("<code>").Append(WebUtility.HtmlEncode(code.Value)).Append("</code>");
            }
            else if (match.Groups["strong"] is { Success: true } strong)
            {
                html.Append("<strong>").Append(WebUtility.HtmlEncode(strong.Value)).Append("</strong>");
            }
            else
            {
                Link(html, match);
            }
        }

        html.Append(WebUtility.HtmlEncode(text[at..]));
    }

    private void Link(StringBuilder html, Match match)
    {
        string label = match.Groups["label"].Value;
        string? target = match.Groups["target"] is { Success: true } direct
            ? direct.Value
            : targets.GetValueOrDefault(match.Groups["name"].Value is { Length: > 0 } name ? name : label);

        // Only what stays on the web: no script hides in a help text.
        if (target is null || !Allowed().IsMatch(target))
        {
            html.Append(WebUtility.HtmlEncode(match.Value));
            return;
        }

        html.Append("<a href=\"").Append(WebUtility.HtmlEncode(target)).Append("\">").Append(WebUtility.HtmlEncode(label)).Append("</a>");
    }

    [GeneratedRegex(@"^\[(?<name>[^\]]+)\]:\s+(?<target>\S+)\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Definition();

    [GeneratedRegex(@"`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*|\[(?<label>[^\]]+)\](\[(?<name>[^\]]*)\]|\((?<target>[^)\s]+)\))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Span();

    [GeneratedRegex(@"^(https?://|/|#|\w[\w./()-]*$)", RegexOptions.ExplicitCapture)]
    private static partial Regex Allowed();
}

using System.Net;
using System.Text;

namespace LibProcess.Builtins;

/// <summary>
/// Shows markdown as a page that needs nothing from elsewhere. Knows what help texts are written with: headings, quotes, lists,
/// code, emphasis and links; everything else stays text.
/// </summary>
internal static class MarkdownPage
{
    private const string Style =
        "body{font:14px/1.6 Helvetica,Arial,sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#222;background:#fff}"
        + "blockquote{border-left:4px solid #ddd;margin:0 0 1em;padding:0 1em;color:#555}"
        + "pre,code{font:13px/1.5 Menlo,Consolas,monospace}code{background:#f4f4f4;padding:0 .2em}"
        + "pre{margin:0;overflow-x:auto}pre code{background:none;padding:0}"
        + "a{color:#0069a6;text-decoration:none}a:hover{text-decoration:underline}"
        + "h2,h3{border-bottom:1px solid #eee;font-weight:600}";

    /// <summary>Renders a page.</summary>
    public static string Render(string title, string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var links = new MarkdownLinks(lines);
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>").Append(WebUtility.HtmlEncode(title))
            .Append("</title><style>").Append(Style).Append("</style></head>\n<body>\n");
        Blocks(html, [.. lines.Where(line => !MarkdownLinks.IsDefinition(line))], links);
        return html.Append("</body></html>\n").ToString();
    }

    private static void Blocks(StringBuilder html, IReadOnlyList<string> lines, MarkdownLinks links)
    {
        int at = 0;
        while (at < lines.Count)
        {
            string line = lines[at];
            if (line.Trim().Length == 0)
            {
                at++;
            }
            else if (line.StartsWith('#'))
            {
                Heading(html, line, links);
                at++;
            }
            else if (line.StartsWith('>'))
            {
                Quote(html, Take(lines, ref at, static next => next.StartsWith('>')), links);
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                at++;
                Code(html, Take(lines, ref at, static next => !next.StartsWith("```", StringComparison.Ordinal)));
                at++;
            }
            else if (IsCode(line))
            {
                Code(html, [.. Take(lines, ref at, IsCode).Select(static next => next[4..])]);
            }
            else if (IsItem(line))
            {
                Items(html, Take(lines, ref at, static next => IsItem(next) || next.StartsWith("  ", StringComparison.Ordinal)), links);
            }
            else
            {
                html.Append("<p>");
                Inline(html, Take(lines, ref at, static next => next.Trim().Length > 0 && !next.StartsWith('>') && !next.StartsWith('#')), links);
                html.Append("</p>\n");
            }
        }
    }

    private static bool IsCode(string line) => line.StartsWith("    ", StringComparison.Ordinal);

    private static bool IsItem(string line) => line.StartsWith("* ", StringComparison.Ordinal) || line.StartsWith("- ", StringComparison.Ordinal);

    private static List<string> Take(IReadOnlyList<string> lines, ref int at, Func<string, bool> belongs)
    {
        List<string> taken = [];
        while (at < lines.Count && belongs(lines[at]))
        {
            taken.Add(lines[at++]);
        }

        return taken;
    }

    private static void Heading(StringBuilder html, string line, MarkdownLinks links)
    {
        int level = Math.Min(line.TakeWhile(static c => c == '#').Count(), 6);
        html.Append("<h").Append(level).Append('>');
        links.Append(html, line.Trim('#', ' '));
        html.Append("</h").Append(level).Append(">\n");
    }

    private static void Quote(StringBuilder html, IEnumerable<string> lines, MarkdownLinks links)
    {
        html.Append("<blockquote>\n");
        List<string> inner = [.. lines.Select(static line => line[1..].TrimEnd())];

        // One link a line, or aligned columns, is how help texts use quotes.
        if (inner.Exists(IsCode) && inner.TrueForAll(static line => line.Length == 0 || IsCode(line)))
        {
            int indent = inner.Where(static line => line.Length > 0).Select(static line => line.Length - line.TrimStart().Length).Min();
            Code(html, inner.Select(line => line.Length == 0 ? line : line[indent..]));
        }
        else
        {
            foreach (string line in inner)
            {
                links.Append(html, line.Trim());
                html.Append("<br>\n");
            }
        }

        html.Append("</blockquote>\n");
    }

    private static void Code(StringBuilder html, IEnumerable<string> lines) =>
        html.Append("<pre><code>").Append(WebUtility.HtmlEncode(string.Join('\n', lines))).Append("</code></pre>\n");

    private static void Items(StringBuilder html, IEnumerable<string> lines, MarkdownLinks links)
    {
        html.Append("<ul>\n<li>");
        bool first = true;
        foreach (string line in lines)
        {
            bool item = IsItem(line);
            html.Append(first ? string.Empty : item ? "</li>\n<li>" : "\n");
            links.Append(html, (item ? line[2..] : line).Trim());
            first = false;
        }

        html.Append("</li>\n</ul>\n");
    }

    private static void Inline(StringBuilder html, IEnumerable<string> lines, MarkdownLinks links) => links.Append(html, string.Join('\n', lines));
}

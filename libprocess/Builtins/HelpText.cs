using System.Text;
using LibProcess.Http;

namespace LibProcess.Builtins;

/// <summary>The help of one route as markdown.</summary>
/// <remarks>Upstream: <c>HELP</c> in 3rdparty/libprocess/src/help.cpp, whose headings readers of <c>/help?format=json</c> know.</remarks>
internal static class HelpText
{
    /// <summary>Writes the help of a route.</summary>
    /// <param name="id">The process.</param>
    /// <param name="declared">The route; it has help.</param>
    /// <param name="isDelegate">Whether the route is also reached without the id.</param>
    public static string Write(string id, HttpRoute declared, bool isDelegate)
    {
        RouteHelp help = declared.Help!;
        string route = declared.Path.TrimEnd('/');
        var text = new StringBuilder("### USAGE ###\n");
        if (isDelegate)
        {
            text.Append(">        ").Append(route.Length == 0 ? "/" : route).Append('\n');
        }

        text.Append(">        /").Append(id).Append(route).Append("\n\n");
        Section(text, "TL;DR;", help.Summary);
        Section(text, "DESCRIPTION", help.Description);
        Section(
            text,
            "AUTHENTICATION",
            help.Authentication || declared.Options.Realm is not null ? "Asks for credentials where HTTP authentication is enabled." : "Asks for no credentials.");
        Section(text, "AUTHORIZATION", help.Authorization);
        text.Length--;
        return text.ToString();
    }

    private static void Section(StringBuilder text, string heading, string content)
    {
        if (content.Length > 0)
        {
            text.Append("### ").Append(heading).Append(" ###\n").Append(content.TrimEnd('\n')).Append("\n\n");
        }
    }
}

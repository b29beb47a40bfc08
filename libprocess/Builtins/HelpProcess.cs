using System.Text;
using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Builtins;

/// <summary>The process <c>help</c>: describes the routes of the processes that run now.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/src/help.cpp. Tools on the command line get markdown, browsers a page. <c>help</c> and
/// <c>__processes__</c> themselves are not listed.
/// </remarks>
internal sealed class HelpProcess(ProcessManager manager, string? @delegate) : ProcessBase(manager, "help")
{
    private static readonly string[] Unlisted = ["help", "__processes__"];
    private static readonly string[] MarkdownAgents = ["curl", "HTTPie"];

    protected override void Initialize() => RouteRest(request => ValueTask.FromResult(Serve(request)));

    /// <summary>Finds the process and the route of a path such as <c>/help/metrics/snapshot</c>.</summary>
    private static (string? Id, string? Route) Split(string path)
    {
        string[] parts = path.Split('/', 3, StringSplitOptions.RemoveEmptyEntries);
        return (Part(1), Part(2));

        string? Part(int index) => parts.Length > index ? Uri.UnescapeDataString(parts[index].Trim('/')) : null;
    }

    private HttpResponse Serve(HttpRequest request)
    {
        (string? id, string? route) = Split(request.Path);
        if (id is null)
        {
            return request.Query.GetValueOrDefault("format") == "json" ? ToJson() : Page(request, WriteProcesses());
        }

        (string Path, string Text)[] routes = RoutesOf(id);
        if (routes.Length == 0)
        {
            return HttpResponse.BadRequest($"No help available for '/{id}'.\n");
        }

        // "/help/metrics/" is the help of the route "/metrics" itself, where there is one.
        string path = "/" + route;
        string? text = routes.FirstOrDefault(item => item.Path == path).Text;
        if (route is null && (text is null || !request.Path.EndsWith('/')))
        {
            return Page(request, WriteRoutes(id, routes));
        }

        return text is null
            ? HttpResponse.BadRequest($"No help available for '/{id}{path}'.\n")
            : Page(request, text);
    }

    private string[] Ids() =>
        [.. Manager.Processes
            .Where(process => HasHelp(process) && !Unlisted.Contains(process.Self.Id))
            .Select(process => process.Self.Id)
            .Order(StringComparer.Ordinal)];

    private static bool HasHelp(ProcessBase process) => process.Routes?.Listed.Any(route => route.Help is not null) == true;

    private (string Path, string Text)[] RoutesOf(string id)
    {
        if (Unlisted.Contains(id) || !Manager.TryFind(id, out ProcessBase? process) || process.Routes is not { } routes)
        {
            return [];
        }

        return [.. routes.Listed
            .Where(route => route.Help is not null)
            .OrderBy(route => route.Path, StringComparer.Ordinal)
            .Select(route => (route.Path, HelpText.Write(id, route, id == @delegate)))];
    }

    private HttpResponse ToJson() => HttpResponse.Json(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("processes");
        foreach (string id in Ids())
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteStartArray("endpoints");
            foreach ((string path, string text) in RoutesOf(id))
            {
                json.WriteStartObject();
                json.WriteString("name", path);
                json.WriteString("text", text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private string WriteProcesses()
    {
        string[] ids = Ids();
        var text = new StringBuilder("## HELP\n");
        foreach (string id in ids)
        {
            text.Append("> [/").Append(id).Append("][").Append(id).Append("]\n");
        }

        text.Append('\n');
        foreach (string id in ids)
        {
            text.Append('[').Append(id).Append("]: /help/").Append(id).Append('\n');
        }

        return text.ToString();
    }

    private static string WriteRoutes(string id, (string Path, string Text)[] routes)
    {
        var text = new StringBuilder();
        text.Append("## `/").Append(id).Append("` ##\n");
        foreach ((string path, _) in routes)
        {
            string target = id + path.TrimEnd('/');
            text.Append("> [/").Append(target).Append("][").Append(target).Append("]\n");
        }

        text.Append('\n');
        foreach ((string path, _) in routes)
        {
            text.Append('[').Append(id).Append(path.TrimEnd('/')).Append("]: /help/").Append(id).Append(path).Append('\n');
        }

        return text.ToString();
    }

    private static HttpResponse Page(HttpRequest request, string markdown)
    {
        string agent = request.Headers["User-Agent"] ?? string.Empty;
        return Array.Exists(MarkdownAgents, name => agent.StartsWith(name, StringComparison.Ordinal))
            ? HttpResponse.Ok(markdown, "text/x-markdown")
            : HttpResponse.Ok(MarkdownPage.Render("Help", markdown), "text/html");
    }
}

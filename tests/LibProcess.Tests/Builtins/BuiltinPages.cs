using System.Text;
using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Tests.Builtins;

/// <summary>Asks the routes of a node without a connection in between.</summary>
internal static class BuiltinPages
{
    public static Task<HttpResponse> GetAsync(
        this ProcessManager manager, string pathAndQuery, string? userAgent = null, string? accept = null, CancellationToken aborted = default)
    {
        string[] parts = pathAndQuery.Split('?', 2);
        string[] path = parts[0].TrimStart('/').Split('/', 2);
        var request = new HttpRequest
        {
            Path = parts[0],
            Query = parts.Length == 1
                ? new Dictionary<string, string>()
                : parts[1].Split('&').Select(item => item.Split('=', 2)).ToDictionary(item => item[0], item => Uri.UnescapeDataString(item[1])),
            Aborted = aborted,
        };
        if (userAgent is not null)
        {
            request.Headers.Add("User-Agent", userAgent);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        Assert.That(manager.TryFind(path[0], out ProcessBase? process), Is.True, $"no process {path[0]}");
        var exchange = new HttpExchange(request, path.Length > 1 ? path[1].Trim('/') : string.Empty);
        process!.EnqueueHttp(exchange);
        return exchange.Response;
    }

    public static string Text(this HttpResponse response) => Encoding.UTF8.GetString(response.Body.Span);
}

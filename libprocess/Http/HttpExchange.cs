using LibProcess.Futures;

namespace LibProcess.Http;

/// <summary>A request on its way to a process, and the place where the answer goes.</summary>
/// <param name="request">The request.</param>
/// <param name="relativePath">The path without the process id and without slashes at its ends.</param>
internal sealed class HttpExchange(HttpRequest request, string relativePath)
{
    private readonly Promise<HttpResponse> response = new();

    public HttpRequest Request => request;

    public string RelativePath => relativePath;

    public Task<HttpResponse> Response => response.Task;

    /// <summary>Whether the answer is there.</summary>
    public bool IsComplete => response.Task.IsCompleted;

    public void Complete(HttpResponse answer) => response.TrySet(answer);

    /// <summary>The process ended before it came to this request.</summary>
    public void Abandon() => Complete(HttpResponse.InternalServerError(string.Empty));
}

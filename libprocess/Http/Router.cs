using LibProcess.Processes;

namespace LibProcess.Http;

/// <summary>Finds the process for a request.</summary>
internal sealed class Router(ProcessManager manager, string? @delegate)
{
    public ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        _ = (manager, @delegate, request);
        throw new NotImplementedException();
    }
}

using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Builtins;

/// <summary>The process <c>memory-profiler</c>: answers as a program that does not run on jemalloc does, as no .NET program can.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/memory_profiler.cpp. Started only where memory profiling is asked for.</remarks>
internal sealed class MemoryProfilerProcess(ProcessManager manager) : ProcessBase(manager, "memory-profiler")
{
    private const string Instead =
        "Heap profiles need jemalloc, on which this program does not run. Tools such as `dotnet-gcdump` can attach instead.";

    private RouteOptions Options => new() { Realm = Manager.Options.ReadWriteRealm };

    protected override void Initialize()
    {
        Refuse("/start", "Starts a heap profile.");
        Refuse("/stop", "Ends a heap profile.");
        Refuse("/download/raw", "Returns the last heap profile as it was written.");
        Refuse("/download/text", "Returns the last heap profile with symbols.");
        Refuse("/download/graph", "Returns the last heap profile as a picture.");
        Refuse("/statistics", "Shows statistics of the memory allocator.");
        Route("/state", new RouteHelp("Shows the state of the memory profiler.", Authentication: true), Options, State);
    }

    private static HttpResponse State(HttpRequest request) => HttpResponse.Json(
        static json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("memory_profiler");
            json.WriteStartObject("current_run");
            json.WriteNull("id");
            json.WriteEndObject();
            json.WriteBoolean("jemalloc_detected", false);
            json.WriteString("tmp_dir", "Not yet generated");
            json.WriteEndObject();
            json.WriteEndObject();
        },
        request.Query.GetValueOrDefault("jsonp"));

    private void Refuse(string path, string summary) =>
        Route(path, new RouteHelp(summary, Instead, Authentication: true), Options, static _ => HttpResponse.BadRequest(Instead + "\n"));
}

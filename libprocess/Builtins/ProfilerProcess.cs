using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Builtins;

/// <summary>The process <c>profiler</c>: answers as a build without a CPU profiler does, which is what this is.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/profiler.cpp. The text is the original's: scripts look for it.</remarks>
internal sealed class ProfilerProcess(ProcessManager manager) : ProcessBase(manager, "profiler")
{
    private const string Answer = "Perftools is disabled. To enable perftools, configure libprocess with --enable-perftools.\n";
    private const string Instead = "No CPU profiler is built in: the answer is always 400. Tools such as `dotnet-trace` can attach instead.";

    protected override void Initialize()
    {
        var options = new RouteOptions { Realm = Manager.Options.ReadWriteRealm };
        Route("/start", new RouteHelp("Starts a CPU profile.", Instead, Authentication: true), options, static _ => HttpResponse.BadRequest(Answer));
        Route("/stop", new RouteHelp("Ends a CPU profile.", Instead, Authentication: true), options, static _ => HttpResponse.BadRequest(Answer));
    }
}

using System.Text.Json;
using LibProcess.Futures;
using LibProcess.Http;
using Mesos.Common.Json;
using Mesos.Common.Versions;
using Mesos.Slave.Containerizer;
using Mesos.Slave.State;

namespace Mesos.Slave.Http;

/// <summary>A route of the agent.</summary>
/// <param name="Path">Where it is, without the id of the process.</param>
/// <param name="Help">What the help page says; null where it says nothing.</param>
/// <param name="Realm">In which realm callers prove who they are; null where they need not.</param>
/// <param name="Handler">What answers.</param>
internal sealed record SlaveRoute(string Path, RouteHelp? Help, string? Realm, Func<HttpRequest, ValueTask<HttpResponse>> Handler);

/// <summary>A container as it is shown.</summary>
internal sealed record ContainerView(Executor Executor, ResourceStatistics? Usage, ContainerStatus? Status);

/// <summary>What the agent answers over HTTP.</summary>
/// <remarks>Upstream: src/slave/http.cpp.</remarks>
internal sealed class SlaveRoutes
{
    private const string ContainersParameters =
        """
        Query parameters:

        >        container_id=VALUE   Only this container
        >        framework_id=VALUE   Only containers of this framework
        >        executor_id=VALUE    Only that of this executor; needs framework_id
        """;

    // Routes of the original that answer with files below the work directory, or with what its containerizer waits for.
    private static readonly string[] NotBuilt =
    [
        "/files/browse", "/files/browse.json", "/files/read", "/files/read.json", "/files/download", "/files/download.json",
        "/files/debug", "/files/debug.json", "/containerizer/debug",
    ];

    private readonly BuildInfo build = BuildInfo.OfThisProgram();
    private readonly SlaveContext context;
    private readonly IContainerizer containerizer;
    private readonly DateTimeOffset startTime;
    private readonly RateLimiter statisticsLimiter;
    private readonly SharedMeasurement<IReadOnlyList<ContainerView>> measured;
    private readonly SharedMeasurement<IReadOnlyList<ContainerView>> statistics;

    /// <param name="context">The agent.</param>
    /// <param name="containerizer">What measures.</param>
    /// <param name="startTime">When the agent was started.</param>
    /// <param name="statisticsLimiter">How often <c>/monitor/statistics</c> measures; belongs to the routes.</param>
    public SlaveRoutes(SlaveContext context, IContainerizer containerizer, DateTimeOffset startTime, RateLimiter statisticsLimiter)
    {
        (this.context, this.containerizer, this.startTime, this.statisticsLimiter) = (context, containerizer, startTime, statisticsLimiter);
        measured = new(context.Actor.Run, static () => Task.CompletedTask, MeasureAsync);
        statistics = new(context.Actor.Run, () => statisticsLimiter.AcquireAsync(), MeasureAsync);
    }

    /// <summary>The agent ends: who waits is not answered any more.</summary>
    public void Close() => statisticsLimiter.Dispose();

    /// <summary>All routes.</summary>
    public IEnumerable<SlaveRoute> All =>
    [
        new("/health", new RouteHelp("Health status of the agent."), Realm: null, static _ => ValueTask.FromResult(HttpResponse.Ok())),
        new("/state", new RouteHelp("Information about the state of the agent."), HttpRealms.ReadOnly, State),
        new("/flags", new RouteHelp("The flags of the agent."), HttpRealms.ReadOnly, Flags),
        new("/containers", new RouteHelp("Containers with what they use.", ContainersParameters), HttpRealms.ReadOnly, ContainersAsync),
        new("/monitor/statistics", new RouteHelp("What containers use."), HttpRealms.ReadOnly, StatisticsAsync),
        new("/api/v1", new RouteHelp("Calls of the v1 API."), HttpRealms.ReadWrite, NoApi),
        new("/api/v1/executor", Help: null, Realm: null, NoApi),
        new("/api/v1/resource_provider", Help: null, Realm: null, NoApi),
        .. NotBuilt.Select(static path => new SlaveRoute(path, Help: null, HttpRealms.ReadOnly, static request => ValueTask.FromResult(
            HttpResponse.NotImplemented($"{request.Path} is not built yet in this agent.\n")))),
    ];

    /// <summary>Writes the member <c>flags</c>.</summary>
    internal static void WriteFlags(Utf8JsonWriter json, SlaveOptions options)
    {
        json.WriteStartObject("flags");
        foreach ((string name, string value) in options.Flags.OrderBy(static flag => flag.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static ValueTask<HttpResponse> NoApi(HttpRequest request) =>
        ValueTask.FromResult(HttpResponse.NotImplemented("The v1 API of the agent is not supported yet.\n"));

    private ValueTask<HttpResponse> State(HttpRequest request) => ValueTask.FromResult(context.State.Phase == SlavePhase.Recovering
        ? HttpResponse.ServiceUnavailable("Agent has not finished recovery")
        : Json(request, json => StateJson.Write(json, context, build, startTime)));

    private ValueTask<HttpResponse> Flags(HttpRequest request) => ValueTask.FromResult(
        request.Method is not ("GET" or "HEAD")
            ? HttpResponse.MethodNotAllowed(["GET"], request.Method)
            : Json(request, json =>
            {
                json.WriteStartObject();
                WriteFlags(json, context.Options);
                json.WriteEndObject();
            }));

    private async ValueTask<HttpResponse> ContainersAsync(HttpRequest request)
    {
        string? container = request.Query.GetValueOrDefault("container_id");
        string? framework = request.Query.GetValueOrDefault("framework_id");
        string? executor = request.Query.GetValueOrDefault("executor_id");
        if (container is null ? executor is not null && framework is null : executor is not null || framework is not null)
        {
            return HttpResponse.BadRequest("Expected container_id alone, framework_id alone, or executor_id together with framework_id");
        }

        IEnumerable<ContainerView> containers = (await measured.NextAsync()).Where(candidate =>
            (container is null || candidate.Executor.ContainerId.Value == container) &&
            (framework is null || candidate.Executor.FrameworkId == framework) &&
            (executor is null || candidate.Executor.Id == executor));
        return Json(request, json => WriteArray(json, containers, static (json, container) =>
        {
            json.WriteString("container_id", container.Executor.ContainerId.Value);
            WriteContainer(json, container);
            if (container.Status is { } status)
            {
                ProtobufJsonWriter.Write(json, "status", status);
            }
        }));
    }

    private async ValueTask<HttpResponse> StatisticsAsync(HttpRequest request)
    {
        // Readers take for granted that there are numbers.
        IEnumerable<ContainerView> containers = (await statistics.NextAsync()).Where(static container => container.Usage is not null);
        return Json(request, json => WriteArray(json, containers, WriteContainer));
    }

    private async Task<IReadOnlyList<ContainerView>> MeasureAsync()
    {
        Executor[] executors = [.. context.State.Executors.Where(static executor => executor.Phase != ExecutorPhase.Terminated)];
        IReadOnlyDictionary<string, ResourceStatistics> usages = await containerizer.UsageAsync([.. executors.Select(static executor => executor.ContainerId)]);
        List<ContainerView> views = [];
        foreach (Executor executor in executors)
        {
            ContainerStatus? status = await containerizer.StatusAsync(executor.ContainerId);
            views.Add(new ContainerView(executor, usages.GetValueOrDefault(executor.ContainerId.Value), status));
        }

        return views;
    }

    private static void WriteArray(Utf8JsonWriter json, IEnumerable<ContainerView> containers, Action<Utf8JsonWriter, ContainerView> write)
    {
        json.WriteStartArray();
        foreach (ContainerView container in containers)
        {
            json.WriteStartObject();
            write(json, container);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteContainer(Utf8JsonWriter json, ContainerView container)
    {
        json.WriteString("executor_id", container.Executor.Id);
        json.WriteString("executor_name", container.Executor.Info.Name);
        json.WriteString("framework_id", container.Executor.FrameworkId);
        json.WriteString("source", container.Executor.Info.Source);
        if (container.Usage is { } usage)
        {
            ProtobufJsonWriter.Write(json, "statistics", usage);
        }
    }

    private static HttpResponse Json(HttpRequest request, Action<Utf8JsonWriter> write) =>
        HttpResponse.Json(write, request.Query.GetValueOrDefault("jsonp"));
}

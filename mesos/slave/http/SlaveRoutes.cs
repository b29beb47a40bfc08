using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Json;
using Mesos.Slave.Containerizer;
using Mesos.Slave.State;

namespace Mesos.Slave.Http;

/// <summary>A route of the agent.</summary>
internal sealed record SlaveRoute(string Path, RouteHelp? Help, Func<HttpRequest, ValueTask<HttpResponse>> Handler);

/// <summary>A container as it is shown.</summary>
internal sealed record ContainerView(Executor Executor, ResourceStatistics? Usage, ContainerStatus? Status);

/// <summary>What the agent answers over HTTP.</summary>
/// <remarks>Upstream: src/slave/http.cpp.</remarks>
internal sealed class SlaveRoutes(SlaveContext context, IContainerizer containerizer, DateTimeOffset startTime)
{
    private const string NoApi = "The v1 API of the agent is not supported yet.\n";

    /// <summary>All routes.</summary>
    public IEnumerable<SlaveRoute> All =>
    [
        new("/health", new RouteHelp("Health status of the agent."), static _ => ValueTask.FromResult(HttpResponse.Ok())),
        new("/state", new RouteHelp("Information about the state of the agent.", Authentication: true), State),
        new("/flags", new RouteHelp("The flags of the agent.", Authentication: true), Flags),
        new("/containers", new RouteHelp("Containers with what they use.", Authentication: true), ContainersAsync),
        new("/monitor/statistics", new RouteHelp("What containers use.", Authentication: true), StatisticsAsync),
        new("/api/v1", new RouteHelp("Calls of the v1 API.", Authentication: true), static _ =>
            ValueTask.FromResult(HttpResponse.NotImplemented(NoApi))),
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

    private ValueTask<HttpResponse> State(HttpRequest request) => ValueTask.FromResult(
        Json(request, json => StateJson.Write(json, context, startTime)));

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
        IReadOnlyList<ContainerView> containers = await ViewAsync();
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
        IReadOnlyList<ContainerView> containers = await ViewAsync();
        return Json(request, json => WriteArray(json, containers, WriteContainer));
    }

    private async Task<IReadOnlyList<ContainerView>> ViewAsync()
    {
        List<ContainerView> views = [];
        foreach (Executor executor in context.State.Executors.Where(static executor => executor.Phase != ExecutorPhase.Terminated).ToArray())
        {
            views.Add(new ContainerView(
                executor, await containerizer.UsageAsync(executor.ContainerId), await containerizer.StatusAsync(executor.ContainerId)));
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

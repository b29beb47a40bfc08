using System.Globalization;
using System.Text.Json;
using LibProcess.Http;
using Mesos.Common;
using Mesos.Common.Roles;
using Mesos.Common.Versions;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Http;

/// <summary>What operators read: the whole state, or parts of it.</summary>
/// <remarks>Upstream: src/master/readonly_handler.cpp. Members in the order of the original as far as there is state for them.</remarks>
internal sealed class StateRoutes(IMasterContext context, MasterState state, MasterTimes times)
{
    private const int DefaultTaskLimit = 100;

    public HttpResponse State(HttpRequest request) => Answer(request, writer =>
    {
        writer.WriteString("version", MesosVersion.Wire);
        WriteBuild(writer, context.Options.Build);

        writer.WriteDouble("start_time", times.Started.ToSeconds());
        if (times.Elected is { } elected)
        {
            writer.WriteDouble("elected_time", elected.ToSeconds());
        }

        writer.WriteString("id", context.Info.Id);
        writer.WriteString("pid", context.Self.ToString());
        writer.WriteString("hostname", context.Info.Hostname);
        writer.WriteStartArray("capabilities");
        foreach (MasterInfo.Types.Capability capability in context.Info.Capabilities)
        {
            writer.WriteStringValue(WireNames.Of(capability.Type));
        }

        writer.WriteEndArray();
        int active = state.Agents.Registered.Count(agent => agent.Active);
        writer.WriteDouble("activated_slaves", active);
        writer.WriteDouble("deactivated_slaves", state.Agents.Registered.Count - active);
        writer.WriteDouble("unreachable_slaves", state.Agents.Unreachable.Count);
        if (context.Options.Cluster is { } cluster)
        {
            writer.WriteString("cluster", cluster);
        }

        writer.WriteString("leader", context.Info.Pid);
        writer.WriteStartObject("leader_info");
        writer.WriteString("id", context.Info.Id);
        writer.WriteString("pid", context.Info.Pid);
        writer.WriteNumber("port", context.Info.Port);
        writer.WriteString("hostname", context.Info.Hostname);
        writer.WriteEndObject();
        WriteFlags(writer);
        WriteAgents(writer, state.Agents.Registered, full: false);
        WriteFrameworks(writer, string.Empty);
        writer.WriteStartArray("orphan_tasks");
        writer.WriteEndArray();
        writer.WriteStartArray("unregistered_frameworks");
        writer.WriteEndArray();
    });

    private static void WriteBuild(Utf8JsonWriter writer, BuildInfo build)
    {
        if (build.GitSha is { } commit)
        {
            writer.WriteString("git_sha", commit);
        }

        writer.WriteString("build_date", build.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        writer.WriteDouble("build_time", build.Time.ToSeconds());
        writer.WriteString("build_user", build.User);
    }

    public HttpResponse Agents(HttpRequest request)
    {
        string? id = request.Query.GetValueOrDefault("slave_id");
        return Answer(request, writer =>
            WriteAgents(writer, state.Agents.Registered.Where(agent => id is null || agent.Id == id), full: true, id));
    }

    public HttpResponse Frameworks(HttpRequest request) => Answer(request, writer =>
    {
        WriteFrameworks(writer, request.Query.GetValueOrDefault("framework_id") ?? string.Empty);
        writer.WriteStartArray("unregistered_frameworks");
        writer.WriteEndArray();
    });

    public HttpResponse Tasks(HttpRequest request)
    {
        IReadOnlyDictionary<string, string> query = request.Query;
        string? frameworkId = query.GetValueOrDefault("framework_id");
        string? taskId = query.GetValueOrDefault("task_id");
        IEnumerable<Proto.Task> tasks = state.Frameworks.Registered.Concat(state.Frameworks.Completed.Values)
            .Where(framework => frameworkId is null || framework.Id == frameworkId)
            .SelectMany(framework => framework.Tasks.Values.Select(task => task.Info)
                .Concat(framework.UnreachableTasks.Values)
                .Concat(framework.CompletedTasks))
            .Where(task => taskId is null || task.TaskId.Value == taskId);
        tasks = query.GetValueOrDefault("order") == "asc" ? tasks.OrderBy(StartOf) : tasks.OrderByDescending(StartOf);
        Proto.Task[] page = [.. tasks.Skip(NumberOf(query, "offset", 0)).Take(NumberOf(query, "limit", DefaultTaskLimit))];
        return Answer(request, writer =>
        {
            writer.WriteStartArray("tasks");
            foreach (Proto.Task task in page)
            {
                TaskJson.Write(writer, task);
            }

            writer.WriteEndArray();
        });
    }

    public HttpResponse Flags(HttpRequest request) => Answer(request, WriteFlags);

    public HttpResponse Roles(HttpRequest request) => Answer(request, writer =>
    {
        IEnumerable<string> names = state.Frameworks.Registered.SelectMany(framework => framework.Roles)
            .Concat(context.Options.Roles ?? Enumerable.Empty<string>())
            .Concat(context.Options.Weights.Keys)
            .Concat(state.Agents.Registered.SelectMany(agent => agent.TotalResources.ReservationsByRole().Keys))
            .SelectMany(role => RoleNames.Ancestors(role).Prepend(role));
        writer.WriteStartArray("roles");
        foreach (string role in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            WriteRole(writer, role);
        }

        writer.WriteEndArray();
    });

    private void WriteRole(Utf8JsonWriter writer, string role)
    {
        Resources allocated = Sum(framework => framework.Used.Total.AllocatedToRoleSubtree(role));
        Resources offered = Sum(framework => framework.Offered.Total.AllocatedToRoleSubtree(role));
        writer.WriteStartObject();
        writer.WriteString("name", role);
        writer.WriteDouble("weight", context.Options.Weights.TryGetValue(role, out double weight) ? weight : 1);
        ResourcesJson.WriteQuantities(writer, "resources", allocated + offered);
        ResourcesJson.WriteQuantities(writer, "allocated", allocated);
        ResourcesJson.WriteQuantities(writer, "offered", offered);
        ResourcesJson.WriteQuantities(
            writer,
            "reserved",
            state.Agents.Registered.Aggregate(Resources.Empty, (sum, agent) => sum + agent.TotalResources.ReservedToRoleSubtree(role)));
        writer.WriteStartArray("frameworks");
        foreach (Framework framework in state.Frameworks.Registered.Where(framework => framework.Roles.Contains(role)))
        {
            writer.WriteStringValue(framework.Id);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private Resources Sum(Func<Framework, Resources> part) =>
        state.Frameworks.Registered.Aggregate(Resources.Empty, (sum, framework) => sum + part(framework));

    private void WriteFlags(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("flags");
        foreach ((string name, string value) in context.Options.Flags)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private void WriteAgents(Utf8JsonWriter writer, IEnumerable<Agent> agents, bool full, string? id = null)
    {
        writer.WriteStartArray("slaves");
        foreach (Agent agent in agents)
        {
            AgentJson.Write(writer, agent, full);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("recovered_slaves");
        foreach (SlaveInfo info in state.Agents.Recovered.Values.Where(info => id is null || info.Id.Value == id))
        {
            AgentJson.Write(writer, info);
        }

        writer.WriteEndArray();
    }

    private void WriteFrameworks(Utf8JsonWriter writer, string id)
    {
        WriteFrameworks(writer, "frameworks", state.Frameworks.Registered, id);
        WriteFrameworks(writer, "completed_frameworks", state.Frameworks.Completed.Values, id);
    }

    private static void WriteFrameworks(Utf8JsonWriter writer, string name, IEnumerable<Framework> frameworks, string id)
    {
        writer.WriteStartArray(name);
        foreach (Framework framework in frameworks.Where(framework => id.Length == 0 || framework.Id == id))
        {
            FrameworkJson.Write(writer, framework);
        }

        writer.WriteEndArray();
    }

    private static double StartOf(Proto.Task task) => task.Statuses.FirstOrDefault()?.Timestamp ?? 0;

    // A parameter that is no number counts as absent.
    private static int NumberOf(IReadOnlyDictionary<string, string> query, string name, int otherwise) =>
        query.TryGetValue(name, out string? text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : otherwise;

    private static HttpResponse Answer(HttpRequest request, Action<Utf8JsonWriter> writeMembers) => HttpResponse.Json(
        writer =>
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        },
        request.Query.GetValueOrDefault("jsonp"));
}

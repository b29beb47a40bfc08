using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using LibProcess.Http;
using LibProcess.Http.Authentication;
using Mesos.Common.Json;
using Mesos.Master.Agents;
using Mesos.Master.Authorization;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Maintenance;
using Action = Mesos.Proto.Authorization.Action;

namespace Mesos.Master.Http;

/// <summary>Maintenance of machines: the schedule, what frameworks say to it, machines taken down and brought up.</summary>
/// <remarks>Upstream: src/master/http.cpp, docs/maintenance.md. A machine somebody may not see is left out of what is shown.</remarks>
internal sealed class MaintenanceRoutes(MasterState state, Maintenance maintenance, InverseOffers inverseOffers, Permissions permissions)
{
    public async ValueTask<HttpResponse> Schedule(HttpRequest request)
    {
        if (request.Method == "GET")
        {
            return Show(request, await VisibleScheduleAsync(request.Principal));
        }

        return request.Method != "POST" ? HttpResponse.MethodNotAllowed(["GET", "POST"], request.Method)
            : !JsonBody.TryParse(request.Body, out JsonDocument? body, out string? error) ? HttpResponse.BadRequest(error)
            : await ReplaceAsync(request, body);
    }

    public async ValueTask<HttpResponse> Status(HttpRequest request)
    {
        if (request.Method != "GET")
        {
            return HttpResponse.MethodNotAllowed(["GET"], request.Method);
        }

        HashSet<MachineID> visible = await VisibleAsync(Action.GetMaintenanceStatus, state.Machines.All.Select(machine => machine.Id), request.Principal);
        var status = new ClusterStatus();
        foreach (MachineInfo machine in state.Machines.All.Where(machine => visible.Contains(machine.Id)))
        {
            if (machine.Mode == MachineInfo.Types.Mode.Down)
            {
                status.DownMachines.Add(machine.Id);
                continue;
            }

            var draining = new ClusterStatus.Types.DrainingMachine { Id = machine.Id };
            foreach (Agent agent in state.Agents.Registered.Where(agent => MachineIdComparer.Instance.Equals(agent.Machine, machine.Id)))
            {
                draining.Statuses.Add(inverseOffers.AnswersFor(agent));
            }

            status.DrainingMachines.Add(draining);
        }

        return Show(request, status);
    }

    public ValueTask<HttpResponse> Down(HttpRequest request) => ChangeAsync(request, maintenance.StartAsync);

    public ValueTask<HttpResponse> Up(HttpRequest request) => ChangeAsync(request, maintenance.StopAsync);

    private async Task<HttpResponse> ReplaceAsync(HttpRequest request, JsonDocument body)
    {
        using (body)
        {
            return ProtobufJsonReader.TryParse(body.RootElement, out Schedule? schedule, out string? error)
                ? OperatorRoutes.Answer(await maintenance.UpdateScheduleAsync(schedule, request.Principal?.Value))
                : HttpResponse.BadRequest(error);
        }
    }

    private static async ValueTask<HttpResponse> ChangeAsync(
        HttpRequest request, Func<IReadOnlyCollection<MachineID>, string?, Task<OperatorAnswer>> change) =>
        request.Method != "POST" ? HttpResponse.MethodNotAllowed(["POST"], request.Method)
        : TryReadMachines(request, out List<MachineID>? ids, out string? error)
            ? OperatorRoutes.Answer(await change(ids, request.Principal?.Value))
            : HttpResponse.BadRequest(error);

    private static bool TryReadMachines(
        HttpRequest request, [NotNullWhen(true)] out List<MachineID>? ids, [NotNullWhen(false)] out string? error)
    {
        ids = null;
        if (!JsonBody.TryParse(request.Body, out JsonDocument? body, out error))
        {
            return false;
        }

        using (body)
        {
            if (body.RootElement.ValueKind != JsonValueKind.Array)
            {
                error = "Expecting a JSON array of machines";
                return false;
            }

            var read = new List<MachineID>();
            foreach (JsonElement element in body.RootElement.EnumerateArray())
            {
                if (!ProtobufJsonReader.TryParse(element, out MachineID? id, out error))
                {
                    return false;
                }

                read.Add(id);
            }

            ids = read;
            return true;
        }
    }

    private async Task<Schedule> VisibleScheduleAsync(Principal? principal)
    {
        HashSet<MachineID> visible = await VisibleAsync(
            Action.GetMaintenanceSchedule,
            state.Machines.Schedules.Take(1).SelectMany(schedule => schedule.Windows).SelectMany(window => window.MachineIds),
            principal);
        var shown = new Schedule();
        foreach (Window window in state.Machines.Schedules.Take(1).SelectMany(schedule => schedule.Windows))
        {
            var copy = new Window { Unavailability = window.Unavailability };
            copy.MachineIds.Add(window.MachineIds.Where(visible.Contains));
            if (copy.MachineIds.Count > 0)
            {
                shown.Windows.Add(copy);
            }
        }

        return shown;
    }

    private async Task<HashSet<MachineID>> VisibleAsync(Action action, IEnumerable<MachineID> machines, Principal? principal)
    {
        var visible = new HashSet<MachineID>(MachineIdComparer.Instance);
        foreach (MachineID id in machines.ToArray())
        {
            if (await permissions.RefusalAsync(principal?.Value, [AuthorizationRequests.ForMachine(action, id)]) is null)
            {
                visible.Add(id);
            }
        }

        return visible;
    }

    private static HttpResponse Show(HttpRequest request, Google.Protobuf.IMessage message) =>
        HttpResponse.Json(writer => ProtobufJsonWriter.Write(writer, message), request.Query.GetValueOrDefault("jsonp"));
}

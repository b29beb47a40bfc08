using LibProcess.Http;
using Mesos.Master.Http;

namespace Mesos.Master;

// Every route of the master, with the part that answers it.
public sealed partial class MasterProcess
{
    private void InstallRoutes()
    {
        Route("/health", new RouteHelp("Health status of the Master.", "Returns 200 OK while the master answers."), _ => HttpResponse.Ok());
        Route("/state", new RouteHelp("Information about the state of the master."), Leading(stateRoutes.State));
        Route("/slaves", new RouteHelp("Information about agents.", "`slave_id=VALUE` shows one."), Leading(stateRoutes.Agents));
        Route("/frameworks", new RouteHelp("Information about frameworks.", "`framework_id=VALUE` shows one."), Leading(stateRoutes.Frameworks));
        Route(
            "/tasks",
            new RouteHelp("Lists tasks of all frameworks.", "`framework_id`, `task_id`, `limit`, `offset`, `order=asc|desc`."),
            Leading(stateRoutes.Tasks));
        Route("/roles", new RouteHelp("Information about roles."), Leading(stateRoutes.Roles));
        Route("/flags", new RouteHelp("Exposes the master's flag configuration."), stateRoutes.Flags);
        Route("/redirect", new RouteHelp("Redirects to the leading master."), Leading(_ => operatorRoutes.Redirect()));
        Route(
            "/teardown",
            new RouteHelp("Tears down a running framework.", "POST with `frameworkId=VALUE` as body."),
            Leading(operatorRoutes.Teardown));

        Route(
            "/maintenance/schedule",
            new RouteHelp("Returns or replaces the maintenance schedule.", "GET, or POST with a schedule as JSON."),
            Leading(maintenanceRoutes.Schedule));
        Route(
            "/maintenance/status",
            new RouteHelp("Machines that drain or are down, and what frameworks say to it."),
            Leading(maintenanceRoutes.Status));
        Route("/machine/down", new RouteHelp("Takes scheduled machines down.", "POST with a JSON array of machines."), Leading(maintenanceRoutes.Down));
        Route("/machine/up", new RouteHelp("Brings machines up that are down.", "POST with a JSON array of machines."), Leading(maintenanceRoutes.Up));

        // Known to the original; a plain 404 would look like a typing error.
        foreach (string path in (string[])
            ["/api/v1", "/api/v1/scheduler", "/state-summary", "/reserve", "/unreserve", "/create-volumes", "/destroy-volumes",
            "/weights", "/quota", "/files/browse", "/files/browse.json", "/files/read", "/files/read.json", "/files/download", "/files/download.json",
            "/files/debug", "/files/debug.json"])
        {
            Route(path, help: null, OperatorRoutes.NotBuilt);
        }
    }

    private Func<HttpRequest, HttpResponse> Leading(Func<HttpRequest, HttpResponse> handler) => request =>
        times.Elected is null ? HttpResponse.ServiceUnavailable("No leader elected") : handler(request);

    private Func<HttpRequest, ValueTask<HttpResponse>> Leading(Func<HttpRequest, ValueTask<HttpResponse>> handler) => request =>
        times.Elected is null ? ValueTask.FromResult(HttpResponse.ServiceUnavailable("No leader elected")) : handler(request);
}

using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Processes;
using Mesos.Common.Json;
using Mesos.Proto;

namespace Mesos.Master.Registrar;

/// <summary>Orders the changes of the registry: one store at a time, everything that came in meanwhile in the next.</summary>
/// <remarks>Upstream: <c>RegistrarProcess</c> in src/master/registrar.cpp.</remarks>
internal sealed class RegistrarProcess(ProcessManager manager, IRegistryStorage storage)
    : ProcessBase(manager, manager.Ids.Generate("registrar")), IRegistrar
{
    private readonly Queue<(RegistryOperation Operation, Promise<string?> Done)> waiting = [];
    private RegistryState? registry;
    private bool storing;

    public Task<RegistryState> RecoverAsync(MasterInfo master) => CallAsync(async () =>
    {
        RegistryState fetched = await storage.FetchAsync();
        fetched.Master = master;
        await storage.StoreAsync(fetched);
        registry = fetched;
        return fetched;
    });

    public Task<string?> ApplyAsync(RegistryOperation operation) => CallAsync(() =>
    {
        if (registry is null)
        {
            throw new InvalidOperationException("The registry has not been recovered");
        }

        var done = new Promise<string?>();
        waiting.Enqueue((operation, done));
        if (!storing)
        {
            storing = true;
            Run(StoreAllAsync);
        }

        return done.Task;
    });

    protected override void Initialize() => Route(
        "/registry",
        new RouteHelp("Returns the current contents of the Registry in JSON."),
        request => HttpResponse.Json(
            writer => ProtobufJsonWriter.Write(writer, (registry ?? new RegistryState()).ToProto()),
            request.Query.GetValueOrDefault("jsonp")));

    private async Task StoreAllAsync()
    {
        try
        {
            while (waiting.Count > 0)
            {
                // What is queued in this very moment is one batch.
                await Defer();
                var batch = waiting.Select(entry => (entry.Done, Error: entry.Operation.Perform(registry!))).ToArray();
                waiting.Clear();
                await StoreAsync(batch);
            }
        }
        finally
        {
            storing = false;
        }
    }

    private async Task StoreAsync((Promise<string?> Done, string? Error)[] batch)
    {
        try
        {
            await storage.StoreAsync(registry!);
        }
        catch (Exception exception)
        {
            foreach ((Promise<string?> done, _) in batch)
            {
                done.TryFail(exception);
            }

            throw;
        }

        foreach ((Promise<string?> done, string? error) in batch)
        {
            done.TrySet(error);
        }
    }
}

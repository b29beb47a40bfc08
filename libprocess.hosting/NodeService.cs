using System.Diagnostics.Metrics;
using LibProcess.Metrics;
using LibProcess.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LibProcess.Hosting;

/// <summary>Starts the node of a host with its processes, and stops them in the other order.</summary>
internal sealed class NodeService(IServiceProvider services) : IHostedService
{
    private readonly List<ProcessBase> spawned = [];
    private MeterExport? export;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Made here, not earlier: an address that cannot be bound fails the start of the host.
        ProcessManager manager = services.GetRequiredService<ProcessManager>();
        export = manager.Metrics.Export(services.GetService<IMeterFactory>()?.Create(MeterExport.MeterName));
        foreach (HostedProcess hosted in services.GetServices<HostedProcess>())
        {
            manager.Spawn(hosted.Process);
            spawned.Add(hosted.Process);
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (export is null)
        {
            return;
        }

        ProcessManager manager = services.GetRequiredService<ProcessManager>();
        foreach (ProcessBase process in Enumerable.Reverse(spawned))
        {
            process.Terminate(inject: false);
            await manager.WaitAsync(process, cancellationToken).ConfigureAwait(false);
        }

        export.Dispose();
        await manager.DisposeAsync().ConfigureAwait(false);
    }
}

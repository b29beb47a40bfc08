using LibProcess.Hosting;
using LibProcess.Processes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds LibProcess to a host.</summary>
public static class LibProcessServiceCollectionExtensions
{
    /// <summary>
    /// Adds a node, a <see cref="ProcessManager"/>, that starts and stops with the host. It logs through the host, takes its time
    /// from a registered <see cref="TimeProvider"/>, and offers its metrics to <c>System.Diagnostics.Metrics</c> under the meter
    /// <c>LibProcess</c>.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">
    /// Changes the options of the node; null leaves the defaults, which bind a free port of loopback. To follow the
    /// <c>LIBPROCESS_*</c> environment: <c>options => ProcessEnvironment.Read(ProcessEnvironment.Current(), options)</c>.
    /// </param>
    /// <returns>Adds processes to the node.</returns>
    /// <exception cref="InvalidOperationException">The host has a node already.</exception>
    public static LibProcessBuilder AddLibProcess(this IServiceCollection services, Func<ProcessManagerOptions, ProcessManagerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(static service => service.ServiceType == typeof(ProcessManager)))
        {
            throw new InvalidOperationException("AddLibProcess was called before: a host has one node");
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = new ProcessManagerOptions
            {
                LoggerFactory = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
                Clock = provider.GetRequiredService<TimeProvider>(),
            };
            return ProcessManager.Start(configure is null ? options : configure(options));
        });
        services.AddSingleton<IHostedService, NodeService>();
        return new LibProcessBuilder(services);
    }
}

using System.Diagnostics.CodeAnalysis;
using LibProcess.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace LibProcess.Hosting;

/// <summary>Adds processes to the node of a host.</summary>
public sealed class LibProcessBuilder
{
    internal LibProcessBuilder(IServiceCollection services)
    {
        Services = services;
    }

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Adds a process: made by the container, spawned when the host starts, after those added before, and ended when it stops,
    /// before them. Others may ask the container for it.
    /// </summary>
    /// <typeparam name="TProcess">Its public constructor takes the <see cref="ProcessManager"/> and any services.</typeparam>
    public LibProcessBuilder AddProcess<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProcess>()
        where TProcess : ProcessBase
    {
        Services.AddSingleton<TProcess>();
        Services.AddSingleton<HostedProcess>(static provider => new HostedProcess(provider.GetRequiredService<TProcess>()));
        return this;
    }

    /// <summary>Adds a process made by a function; otherwise as <see cref="AddProcess{TProcess}()"/>.</summary>
    public LibProcessBuilder AddProcess<TProcess>(Func<IServiceProvider, ProcessManager, TProcess> create)
        where TProcess : ProcessBase
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(provider => create(provider, provider.GetRequiredService<ProcessManager>()));
        Services.AddSingleton<HostedProcess>(static provider => new HostedProcess(provider.GetRequiredService<TProcess>()));
        return this;
    }
}

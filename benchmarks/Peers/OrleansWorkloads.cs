using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LibProcess.Suite.Rounds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace LibProcess.Peers;

/// <summary>Gives back what it gets.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    ValueTask<byte[]> Echo(byte[] body);
}

/// <summary>Gives back what it gets.</summary>
public sealed class EchoGrain : Grain, IEchoGrain
{
    public ValueTask<byte[]> Echo(byte[] body) => new(body);
}

/// <summary>The workloads on Orleans: calls of grains.</summary>
internal static class OrleansWorkloads
{
    public static IWorkload Create(Order order) => order.Workload switch
    {
        "request" => new OrleansCalls(order.Shape, callers: 100),
        "await" => new OrleansCalls(order.Shape, order.Shape.Int("window")),
        "remote" => new OrleansRemote(order.Shape),
        _ => throw new NotSupportedException($"Orleans has no '{order.Workload}'"),
    };

    public static IHost Build(int siloPort, int gatewayPort, IPEndPoint? primary, bool hostGrains) =>
        new HostBuilder()
            .ConfigureLogging(static logging => logging.SetMinimumLevel(LogLevel.Error))
            .UseOrleans((_, silo) =>
            {
                silo.UseLocalhostClustering(siloPort, gatewayPort, primary);
                if (!hostGrains)
                {
                    silo.Configure<GrainTypeOptions>(static options => options.Classes.Remove(typeof(EchoGrain)));
                }
            })
            .Build();

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <returns>Waiting times, where one call is under way at a time.</returns>
    public static async Task<Latencies[]> CallAsync(IGrainFactory grains, int callers, long calls, byte[] body, Func<int, long> grainOf) =>
        await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(async () =>
        {
            IEchoGrain grain = grains.GetGrain<IEchoGrain>(grainOf(i));
            var waited = new Latencies((int)Math.Min(calls, 50_000));
            for (long n = 0; n < calls; n++)
            {
                long started = Stopwatch.GetTimestamp();
                byte[] back = await grain.Echo(body);
                waited.Add(started);
                if (back.Length != body.Length)
                {
                    throw new MiscountException("An answer lost its body");
                }
            }

            return waited;
        })));
}

/// <summary>Calls within one silo.</summary>
internal sealed class OrleansCalls(Shape shape, int callers) : IWorkload
{
    private IHost? silo;

    public async Task PrepareAsync()
    {
        if (silo is null)
        {
            silo = OrleansWorkloads.Build(OrleansWorkloads.FreePort(), OrleansWorkloads.FreePort(), primary: null, hostGrains: true);
            await silo.StartAsync();
        }
    }

    public async Task<Outcome> RunAsync()
    {
        long calls = Math.Max(1, shape.Long(Shape.Operations) / callers);
        Latencies[] waited = await OrleansWorkloads.CallAsync(
            silo!.Services.GetRequiredService<IGrainFactory>(), callers, calls, new byte[3], static i => i);
        return new Outcome(calls * callers) { Extra = Latencies.Percentiles(waited) };
    }

    public Task FinishAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (silo is not null)
        {
            await silo.StopAsync();
            silo.Dispose();
        }
    }
}

/// <summary>Calls from a silo here to grains that live on a silo in a second program. A call is two messages.</summary>
internal sealed class OrleansRemote(Shape shape) : IWorkload
{
    private SecondProgram? second;
    private IHost? other;
    private IHost? silo;

    public IEnumerable<SecondProgram> Others => second is null ? [] : [second];

    public static async Task ServeAsync(int primaryPort)
    {
        using IHost silo = await StartSecondAsync(primaryPort);
        await SecondProgram.ServeAsync(primaryPort.ToString(CultureInfo.InvariantCulture));
        await silo.StopAsync();
    }

    public async Task PrepareAsync()
    {
        if (silo is not null)
        {
            return;
        }

        int port = OrleansWorkloads.FreePort();
        silo = OrleansWorkloads.Build(port, OrleansWorkloads.FreePort(), primary: null, hostGrains: false);
        await silo.StartAsync();
        if (shape.Has("oneProgram"))
        {
            other = await StartSecondAsync(port);
        }
        else
        {
            second = await SecondProgram.StartAsync("orleans", $"{port}");
        }

        // The silos need a while to know each other.
        IGrainFactory grains = silo.Services.GetRequiredService<IGrainFactory>();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await grains.GetGrain<IEchoGrain>(0).Echo([]);
                return;
            }
            catch (Exception) when (attempt < 60)
            {
                await Task.Delay(250);
            }
        }
    }

    public async Task<Outcome> RunAsync()
    {
        int callers = shape.Int("clients") * shape.Int("window");
        long calls = Math.Max(1, shape.Long(Shape.Operations) / callers);
        Latencies[] waited = await OrleansWorkloads.CallAsync(
            silo!.Services.GetRequiredService<IGrainFactory>(), callers, calls, new byte[shape.Int("body")], i => i % shape.Int("clients"));
        return new Outcome(calls * callers * 2) { Extra = shape.Int("window") == 1 ? Latencies.Percentiles(waited) : [] };
    }

    public Task FinishAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (other?.StopAsync() ?? Task.CompletedTask);
        await (silo?.StopAsync() ?? Task.CompletedTask);
        silo?.Dispose();
    }

    private static async Task<IHost> StartSecondAsync(int primaryPort)
    {
        IHost silo = OrleansWorkloads.Build(
            OrleansWorkloads.FreePort(), OrleansWorkloads.FreePort(), new IPEndPoint(IPAddress.Loopback, primaryPort), hostGrains: true);
        await silo.StartAsync();
        return silo;
    }
}

using System.Diagnostics.Metrics;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Processes;
using LibProcess.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LibProcess.Hosting.Tests;

[CancelAfter(60_000)]
public sealed class AddLibProcessTests
{
    [Test]
    public async Task A_host_starts_a_node_with_its_processes_and_stops_both()
    {
        using IHost host = Build(builder => builder.Services.AddSingleton(new Greeting("good day")), node => node.AddProcess<Greeter>());
        await host.StartAsync();
        ProcessManager manager = host.Services.GetRequiredService<ProcessManager>();
        using var client = new HttpClient { BaseAddress = new Uri($"http://{manager.Address}/") };
        Assert.That(await client.GetStringAsync("greeter/hello"), Is.EqualTo("good day"));

        await host.StopAsync();
        Assert.That(async () => await client.GetStringAsync("greeter/hello"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(() => manager.Spawn(new Greeter(manager, new Greeting("late"))), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Processes_start_in_the_order_they_were_added_and_end_in_the_other()
    {
        List<string> seen = [];
        using IHost host = Build(
            builder => { },
            node => node
                .AddProcess((_, manager) => new First(manager, seen))
                .AddProcess((services, manager) => new Second(manager, services.GetRequiredService<First>(), seen)));
        await host.StartAsync();
        await host.Services.GetRequiredService<Second>().Settled;
        await host.StopAsync();
        Assert.That(seen, Is.EqualTo(new[] { "first", "second", "end of second", "end of first" }));
    }

    [Test]
    public async Task The_node_takes_its_time_from_the_host()
    {
        var clock = new VirtualClock();
        using IHost host = Build(builder => builder.Services.AddSingleton<TimeProvider>(clock), node => { });
        await host.StartAsync();
        Assert.That(host.Services.GetRequiredService<ProcessManager>().Clock, Is.SameAs(clock));
        await host.StopAsync();
    }

    [Test]
    public async Task The_metrics_of_the_node_are_heard_under_one_meter()
    {
        List<string> heard = [];
        using IHost host = Build(builder => { }, node => { });
        await host.StartAsync();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == MeterExport.MeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => heard.Add(instrument.Name));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(heard, Does.Contain("libprocess.connections_accepted"));
        await host.StopAsync();
    }

    [Test]
    public void A_second_node_is_refused()
    {
        var services = new ServiceCollection();
        services.AddLibProcess();
        Assert.That(() => services.AddLibProcess(), Throws.InvalidOperationException.With.Message.Contains("one node"));
    }

    [Test]
    public async Task An_address_that_is_taken_fails_the_start_of_the_host()
    {
        await using ProcessManager taken = ProcessManager.Start();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLibProcess(options => options with { Port = taken.Address.Port });
        using IHost host = builder.Build();
        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<IOException>());
    }

    private static IHost Build(Action<HostApplicationBuilder> configure, Action<LibProcessBuilder> processes)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder);
        processes(builder.Services.AddLibProcess());
        return builder.Build();
    }

    private sealed record Greeting(string Text);

    private sealed class Greeter(ProcessManager manager, Greeting greeting) : ProcessBase(manager, "greeter")
    {
        protected override void Initialize() => Route("/hello", new RouteHelp("Greets."), _ => HttpResponse.Ok(greeting.Text));
    }

    private sealed class First(ProcessManager manager, List<string> seen) : ProcessBase(manager, "first")
    {
        protected override void Initialize() => seen.Add("first");

        protected override void OnTerminate() => seen.Add("end of first");
    }

    private sealed class Second(ProcessManager manager, First first, List<string> seen) : ProcessBase(manager, "second")
    {
        private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Settled => settled.Task;

        protected override void Initialize()
        {
            Run(async () =>
            {
                // Both list to the same place: not before the first is done.
                await first.CallAsync(() => { });
                seen.Add("second");
                settled.SetResult();
            });
        }

        protected override void OnTerminate() => seen.Add("end of second");
    }
}

using System.Globalization;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Http.RecordIo;
using LibProcess.Processes;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;

namespace LibProcess.Testing.Tests;

/// <summary>The HTTP client in a simulation: nothing of it leaves the seed's order, whatever the network does.</summary>
public sealed class HttpClientSimulationTests
{
    [Test]
    public void Requests_and_streams_work_in_virtual_time()
    {
        using var cluster = new SimulatedCluster(seed: 3);
        Probe client = Start(cluster, rounds: 5);
        cluster.RunUntil(() => client.Log.Count == 5);
        Assert.That(client.Log, Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"{i}: echo, 20 records, sum 190")));
    }

    [Test]
    public void The_same_seed_gives_the_same_steps_under_faults([Range(1, 6)] int seed)
    {
        (long steps, ulong hash, string log) = Run(seed);
        Assert.That(Run(seed), Is.EqualTo((steps, hash, log)));
        Assert.That(log, Is.Not.Empty);
    }

    private static (long Steps, ulong Hash, string Log) Run(int seed)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = (ulong)seed, Faults = FaultPlan.Rough });
        Probe client = Start(cluster, rounds: 30);
        cluster.RunFor(TimeSpan.FromMinutes(2));
        return (cluster.Step, cluster.TraceHash, string.Join('\n', client.Log));
    }

    private static Probe Start(SimulatedCluster cluster, int rounds)
    {
        Probe client = null!;
        SimulatedNode server = cluster.AddNode("server", build: node => node.Spawn(new Server(node.Manager)));
        cluster.AddNode("client", build: node => client = node.Spawn(new Probe(node.Manager, "client", probe => probe.Run(() => AskAsync(node.Manager, probe, HttpUrl.Of(server.Address), rounds)))));
        return client;
    }

    private static async Task AskAsync(ProcessManager manager, Probe probe, HttpUrl url, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            try
            {
                using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5), manager.Clock);
                await using HttpConnection connection = await manager.Http.ConnectAsync(url, timeout.Token);
                Task<ClientResponse> echo = connection.SendAsync(
                    new ClientRequest
                    {
                        Method = "POST",
                        Target = "/server/echo",
                        Stream = async (body, over) =>
                        {
                            await body.WriteAsync("ec"u8.ToArray(), over);
                            await probe.Wait(TimeSpan.FromMilliseconds(probe.Roll(20)));
                            await body.WriteAsync("ho"u8.ToArray(), over);
                        },
                    },
                    timeout.Token);
                await using StreamedResponse stream = await connection.OpenAsync(new ClientRequest { Target = "/server/stream" }, timeout.Token);
                var records = new List<int>();
                await foreach (byte[] record in new RecordIoReader(stream.Body).ReadAllAsync(timeout.Token))
                {
                    records.Add(int.Parse(record, NumberStyles.None, CultureInfo.InvariantCulture));
                }

                probe.Log.Add($"{i}: {(await echo).Text}, {records.Count} records, sum {records.Sum()}");
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                probe.Log.Add($"{i}: {exception.GetType().Name} {exception.Message}");
                await probe.Wait(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private sealed class Server(ProcessManager manager) : ProcessBase(manager, "server")
    {
        protected override void Initialize()
        {
            Route("/echo", null, request => HttpResponse.Ok(request.Body, "text/plain"));
            Route("/stream", null, _ => HttpResponse.Streaming("application/recordio", async (output, gone) =>
            {
                var writer = new RecordIoWriter(output);
                for (int i = 0; i < 20; i++)
                {
                    await writer.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{i}"), gone);
                }
            }));
        }
    }
}

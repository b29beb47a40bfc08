using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Net.Chaos;

/// <summary>Two nodes over real sockets with a network between them that does everything wrong.</summary>
/// <remarks>LIBPROCESS_CHAOS_SECONDS sets how long; then connections also stall for ten seconds instead of half a second.</remarks>
public sealed class ChaosTests
{
    private const int Watchers = 4;

    [Test]
    public async Task Whatever_the_network_does_each_link_ends_once_and_nothing_leaks()
    {
        bool isLong = int.TryParse(Environment.GetEnvironmentVariable("LIBPROCESS_CHAOS_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        await RunAsync(seed: 0, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200));
        GC.Collect();
        (int sockets, int others) = Descriptors();
        long memory = GC.GetTotalMemory(forceFullCollection: true);

        (ChaosCounts counts, string treated) = await RunAsync(
            seed: 1, TimeSpan.FromSeconds(isLong ? seconds : 6), isLong ? TimeSpan.FromSeconds(10) : TimeSpan.FromMilliseconds(500));
        TestContext.Out.WriteLine($"{counts}; connections: {treated}; descriptors before {(sockets, others)} and after {Collected(Descriptors)}");
        Assert.Multiple(() =>
        {
            Assert.That(counts.Unexpected, Is.Zero, "exited without a link");
            Assert.That(counts.Exits, Is.EqualTo(counts.Links), "each link ends once");
            Assert.That(counts.Corrupt, Is.Zero, "messages arrive whole or not at all");
            Assert.That(counts.Wrong, Is.Zero, "answers belong to their requests");
            Assert.That(counts.Exits, Is.GreaterThan(20));
            Assert.That(counts.Received, Is.GreaterThan(20));
            Assert.That(counts.Answered, Is.GreaterThan(0));
        });

        Assert.That(() => Collected(Descriptors).Sockets, Is.LessThanOrEqualTo(sockets).After(20_000, 200), "sockets");

        // Those of the runtime itself, for threads and files of code, come late.
        Assert.That(() => Collected(Descriptors).Others, Is.LessThanOrEqualTo(others + 16).After(20_000, 200), "other descriptors");
        Assert.That(() => Collected(() => GC.GetTotalMemory(forceFullCollection: true)), Is.LessThan(memory + (32L * 1024 * 1024)).After(20_000, 500), "memory");
    }

    private static async Task<(ChaosCounts Counts, string Treated)> RunAsync(int seed, TimeSpan time, TimeSpan stall)
    {
        var counts = new ChaosCounts();
        var faults = new RecordedFaults();
        using var calm = new CancellationTokenSource();
        string treated;
        await using (var toOne = new ChaosProxy(seed, stall))
        await using (var toTwo = new ChaosProxy(seed + 100, stall))
        {
            await using ProcessManager one = Start(toOne, faults);
            await using ProcessManager two = Start(toTwo, faults);
            int before = one.Processes.Count() + two.Processes.Count();
            var processes = new List<ChaosProcess>();
            for (int i = 0; i < Watchers; i++)
            {
                UPid[] onOne = [.. Enumerable.Range(0, i + 1).Select(n => new UPid($"chaos({n})", one.Address))];
                UPid[] onTwo = [.. Enumerable.Range(0, i + 1).Select(n => new UPid($"chaos({n})", two.Address))];
                processes.Add(new ChaosProcess(one, $"chaos({i})", onTwo, counts, (seed * 100) + i, calm.Token));
                processes.Add(new ChaosProcess(two, $"chaos({i})", onOne, counts, (seed * 100) + 50 + i, calm.Token));
            }

            processes.ForEach(process => process.Manager.Spawn(process));
            await Task.Delay(time);
            await calm.CancelAsync();

            // The network goes away: what is still linked hears of it.
            treated = string.Join(", ", toOne.Treated.Concat(toTwo.Treated).GroupBy(t => t.Key).OrderBy(g => g.Key).Select(g => $"{g.Sum(t => t.Value)} {g.Key}"));
            await toOne.StopAsync();
            await toTwo.StopAsync();
            foreach (ChaosProcess process in processes)
            {
                Assert.That(() => process.LinkedAsync().GetAwaiter().GetResult(), Is.Zero.After(20_000, 20), "every link ends");
            }

            // Nothing more comes: a second event for a link would.
            await Task.Delay(100);
            foreach (ChaosProcess process in processes)
            {
                process.Terminate(inject: false);
                await process.Manager.WaitAsync(process);
            }

            Assert.That(() => one.Processes.Count() + two.Processes.Count(), Is.EqualTo(before).After(5_000, 20), "processes");
        }

        faults.ThrowIfAny();
        return (counts, treated);
    }

    /// <summary>A node whose peers know it by the address of the proxy.</summary>
    private static ProcessManager Start(ChaosProxy proxy, RecordedFaults faults)
    {
        while (true)
        {
            ushort port = FreePort();
            try
            {
                ProcessManager node = ProcessManager.Start(new ProcessManagerOptions { Port = port, AdvertisePort = proxy.Port, Faults = faults });
                proxy.SetTarget(port);
                return node;
            }
            catch (IOException)
            {
                // Somebody was quicker.
            }
        }
    }

    private static ushort FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (ushort)((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static (int Sockets, int Others) Descriptors()
    {
        if (!Directory.Exists("/proc/self/fd"))
        {
            return (0, 0);
        }

        string?[] targets = [.. Directory.GetFiles("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget)];
        int sockets = targets.Count(target => target is not null && target.StartsWith("socket:", StringComparison.Ordinal));
        return (sockets, targets.Length - sockets);
    }

    private static T Collected<T>(Func<T> measure)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return measure();
    }
}

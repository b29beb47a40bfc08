using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Catalog;

/// <summary>The suite, L1 to L10.</summary>
internal static class Benchmarks
{
    private const string Akka = "akka";
    private const string Proto = "proto";
    private const string Orleans = "orleans";
    private const string Kestrel = "kestrel";
    private const string Raw = "raw";
    private const string Original = "upstream";
    private const long Mebibyte = 1024 * 1024;

    public static IReadOnlyList<Benchmark> All { get; } =
    [
        .. LocalPingPong(), .. LocalRequest(), .. DispatchAwait(), .. Spawn(), .. Protobuf(),
        .. RemotePingPong(), .. RemoteLatency(), .. Visits(), .. Http(), .. Metrics(),
    ];

    private static IEnumerable<Benchmark> LocalPingPong() =>
        from pairs in new[] { 1, 2, 8 }
        select new Benchmark($"L1.pairs{pairs}", $"local ping-pong, {pairs} pair(s), window 1,000", "message", "pingPong", new()
        {
            ["pairs"] = pairs,
            ["window"] = 1000,
            [Shape.Operations] = 15_000_000,
        })
        {
            Peers = [Akka, Proto, Original],
            Costs = new Dictionary<string, double> { ["queue"] = 1 },
            Recorded = pairs == 8 ? Rate(8.4e6) : Rate(),
            Least = 1000 * pairs,
            Note = "handlers found by name; the peers' by type",
        };

    private static IEnumerable<Benchmark> LocalRequest() =>
        from calls in new[] { 0, 1 }
        select new Benchmark(
            calls == 0 ? "L2.messages" : "L2.calls",
            calls == 0 ? "local request and answer as messages, 8 clients, 250 under way" : "local calls awaited, 8 clients, 250 under way",
            "request",
            "request",
            new() { ["clients"] = 8, ["window"] = 250, ["calls"] = calls, [Shape.Operations] = 8_000_000 })
        {
            Peers = [Akka, Proto, Orleans, Original],
            Costs = new Dictionary<string, double> { ["queue"] = 2 },
            Recorded = Rate(0.76e6),
            Least = 8 * 250,
            Note = "Akka asks, Proto requests, Orleans calls with 100 callers",
        };

    private static IEnumerable<Benchmark> DispatchAwait() =>
        from form in new[] { (Id: "window1", Window: 1, Suspended: 0), (Id: "window100", Window: 100, Suspended: 0), (Id: "suspended", Window: 100, Suspended: 1) }
        select new Benchmark(
            $"L3.{form.Id}",
            $"a call into another process, awaited, {form.Window} at a time{(form.Suspended == 0 ? string.Empty : ", suspended once")}",
            "call",
            "await",
            new() { ["window"] = form.Window, ["suspended"] = form.Suspended, [Shape.Operations] = 1_000_000 })
        {
            Peers = [Akka, Orleans, Original],
            Costs = new Dictionary<string, double> { ["queue"] = 2 + form.Suspended },
            Recorded = form.Window == 1 ? Rate(0.25e6) : Rate(),
            Least = form.Window,
            Note = "the original's calls stay within one process",
        };

    private static IEnumerable<Benchmark> Spawn() =>
    [
        new("L4.lives", "spawn, call, terminate, wait; 100,000 linked pairs stand", "life", "spawn", new()
        {
            ["pairs"] = 100_000,
            [Shape.Operations] = 200_000,
        })
        {
            Peers = [Akka, Proto, Original],
            Costs = new Dictionary<string, double> { ["dictionary"] = 1, ["queue"] = 2 },
            Recorded = Rate(40_000),
            Least = 64,
            MostSeconds = 8,
        },
        new("L4.idle", "processes started that then do nothing", "process", "idle", new() { [Shape.Operations] = 100_000 })
        {
            Peers = [Akka, Proto],
            Costs = new Dictionary<string, double> { ["dictionary"] = 0.5, ["queue"] = 1 },
            Least = 100,
        },
    ];

    private static IEnumerable<Benchmark> Protobuf()
    {
        var recorded = new Dictionary<int, double> { [0] = 4.9e6, [10] = 1.45e6, [100] = 0.245e6, [1000] = 23_000, [10_000] = 1_050 };
        foreach (int children in new[] { 0, 1, 10, 100, 1000, 10_000 })
        {
            yield return Tree($"L5.tree{children}", $"bytes to typed handler, {children:N0} sub-messages", children) with
            {
                Peers = [Raw, Original],
                Recorded = recorded.TryGetValue(children, out double rate) ? Rate(rate) : Rate(),
                Note = "raw: parse only, without mailbox and check",
            };
        }

        yield return Tree("L5.strict100", "the same with required fields, 100 sub-messages", 100, strict: 1) with { Peers = [Raw] };
        yield return Tree("L5.typed1000", "typed local delivery without bytes, 1,000 sub-messages", 1000, typed: 1) with { Recorded = Rate(23_000) };
    }

    private static Benchmark Tree(string id, string title, int children, int strict = 0, int typed = 0) =>
        new(id, title, "message", "protobuf", new()
        {
            ["children"] = children,
            ["strict"] = strict,
            ["typed"] = typed,
            [Shape.Operations] = typed == 1 ? 5_000_000 : Math.Clamp(3_000_000 / (1 + children), 500, 2_000_000),
        })
        {
            Least = 20,
        };

    private static IEnumerable<Benchmark> RemotePingPong() =>
    [
        .. from clients in new[] { 1, 10, 30 }
           from body in new[] { 0, 100, 1000 }
           select Remote($"L6.clients{clients}.body{body}", clients, window: 50, body, count: clients == 1 ? 200_000 : 400_000) with
           {
               Recorded = (clients, body) == (10, 100) ? Rate(46_000) : Rate(),
           },
        Remote("L6.clients10.body100.pinned", 10, 50, 100, 400_000) with { Pinned = true },
        Remote("L6.clients10.body100.oneProgram", 10, 50, 100, 400_000, oneProgram: 1) with { Peers = [Akka, Proto, Orleans] },
    ];

    private static IEnumerable<Benchmark> RemoteLatency()
    {
        foreach (bool pinned in new[] { false, true })
        {
            string end = pinned ? ".pinned" : string.Empty;
            yield return Remote($"L7.latency{end}", clients: 1, window: 1, body: 100, count: 40_000) with
            {
                Peers = [Raw, Akka, Proto, Orleans, Original],
                Pinned = pinned,
                Costs = new Dictionary<string, double>(),
                Waits = new Dictionary<string, double> { ["roundTrip"] = 0.5 },
                Recorded = pinned ? Rate() : Rate(10_400),
                Note = "raw: a bare asynchronous echo of the body",
            };
            yield return new Benchmark($"L7.stream{end}", "one-way stream of 1 MiB bodies, 8 under way", "byte", "stream", new()
            {
                ["body"] = Mebibyte,
                ["window"] = 8,
                [Shape.Operations] = 1024 * Mebibyte,
            })
            {
                Peers = [Raw],
                Pinned = pinned,
                Costs = new Dictionary<string, double> { ["copy"] = 2 },
                Least = 8 * Mebibyte,
                Note = "raw: bare sockets",
            };
        }
    }

    private static Benchmark Remote(string id, int clients, int window, int body, long count, int oneProgram = 0) =>
        new(
            id,
            $"remote ping-pong, {clients} client(s), window {window}, {body:N0} B{(oneProgram == 0 ? string.Empty : ", both nodes in one program")}",
            "message",
            "remote",
            new()
            {
                ["clients"] = clients,
                ["window"] = window,
                ["body"] = body,
                ["oneProgram"] = oneProgram,
                [Shape.Operations] = count,
            })
        {
            Peers = [Akka, Proto, Orleans, Original],
            Costs = new Dictionary<string, double>
            {
                ["queue"] = 1,
                ["head"] = 1,
                ["systemCall"] = 2.0 / window,
                ["copy"] = 2 * (230 + body),
            },
            Least = clients * window,
            Note = "two programs; Orleans calls silo to silo with clients × window callers",
        };

    private static IEnumerable<Benchmark> Visits() =>
    [
        new("L8.visits", "nodes that come, link, exchange a message and leave, 8 at a time", "visit", "visits", new()
        {
            ["window"] = 8,
            [Shape.Operations] = 1000,
        })
        {
            Least = 20,
        },
        Mixed("L8.oursToTheirs", "toOriginal", "our clients, the original's echoes, against the original on both ends"),
        Mixed("L8.theirsToOurs", "fromOriginal", "the original's clients, our echoes, against the original on both ends"),
    ];

    private static Benchmark Mixed(string id, string workload, string title) => Remote(id, 10, 50, 100, 100_000) with
    {
        Title = title,
        Workload = workload,
        Peers = [Original],
        NeedsOriginal = true,
        Note = "10 clients, window 50, 100 B",
    };

    private static IEnumerable<Benchmark> Http() =>
        from gzip in new[] { 0, 1 }
        from depth in new[] { 1, 16 }
        select new Benchmark(
            $"L9.depth{depth}{(gzip == 0 ? string.Empty : ".gzip")}",
            $"HTTP GET, 64 connections, {depth} under way on each, {(gzip == 0 ? "100 B" : "2.3 kB compressed")}",
            "request",
            "http",
            new() { ["connections"] = 64, ["depth"] = depth, ["gzip"] = gzip, [Shape.Operations] = depth == 1 ? 64_000 : 256_000 })
        {
            Peers = [Kestrel, Original],
            Costs = new Dictionary<string, double> { ["head"] = 2, ["systemCall"] = 4.0 / depth },
            Recorded = (gzip, depth) == (0, 1) ? Rate(13_700) : Rate(),
            Least = 64 * depth,
            Note = "the original was measured with 8 connections",
        };

    private static IEnumerable<Benchmark> Metrics() =>
        from count in new[] { 100, 10_000, 100_000 }
        select new Benchmark($"L10.metrics{count}", $"add, read, read over HTTP and remove {count:N0} counters", "counter", "metrics", new()
        {
            [Shape.Operations] = count,
        })
        {
            Peers = [Original],
            Costs = new Dictionary<string, double> { ["dictionary"] = 1, ["allocate"] = 2 },
            Recorded = count == 10_000
                ? new Dictionary<string, double> { ["addMs"] = 2700, ["snapshotMs"] = 27, ["httpMs"] = 47, ["removeMs"] = 2800 }
                : Rate(),
            Least = 20,
        };

    private static Dictionary<string, double> Rate(double rate = 0) => rate == 0 ? [] : new() { ["rate"] = rate };
}

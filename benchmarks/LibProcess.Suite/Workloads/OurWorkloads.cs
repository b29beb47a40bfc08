using System.Globalization;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>What this program can measure and serve.</summary>
internal static class OurWorkloads
{
    public static IWorkload Create(Order order) => order.Workload switch
    {
        "pingPong" => new LocalPingPong(order.Shape),
        "request" => new LocalRequest(order.Shape),
        "await" => new DispatchAwait(order.Shape),
        "spawn" => new SpawnLinkExit(order.Shape),
        "idle" => new IdleProcesses(order.Shape),
        "protobuf" => new ProtobufHandler(order.Shape),
        "remote" => new RemotePingPong(order.Shape),
        "toOriginal" => new RemotePingPong(order.Shape, () => OriginalWorkload.ServeAsync(order.Shape.Int("clients"))),
        "fromOriginal" => new OriginalWorkload(
            "remote", order.Shape, () => SecondProgram.StartAsync("echo", $"{order.Shape.Int("clients")}")),
        "stream" => new RemoteStream(order.Shape),
        "visits" => new ShortLivedPeers(order.Shape),
        "http" => new HttpLoad(() => SecondProgram.StartAsync("http"), order.Shape.Has("gzip") ? HttpServer.Large : HttpServer.Small, order.Shape),
        "metrics" => new MetricsScale(order.Shape),
        _ when order.Workload.StartsWith("probe.", StringComparison.Ordinal) => new Probe(order.Workload[6..]),
        _ => throw new NotSupportedException($"There is no workload '{order.Workload}'"),
    };

    public static Task ServeAsync(string[] arguments) => arguments switch
    {
        ["echo", var clients] => RemotePingPong.ServeAsync(int.Parse(clients, CultureInfo.InvariantCulture)),
        ["sink"] => RemoteStream.ServeAsync(),
        ["http"] => HttpServer.ServeAsync(),
        ["rawEcho", var body] => RawSockets.ServeEchoAsync(int.Parse(body, CultureInfo.InvariantCulture)),
        ["rawSink"] => RawSockets.ServeSinkAsync(),
        _ => throw new NotSupportedException($"Nothing serves '{string.Join(' ', arguments)}'"),
    };
}

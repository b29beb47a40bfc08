using System.Text;
using System.Text.RegularExpressions;
using LibProcess.Testing;
using Mesos.Common.Detection;
using Mesos.Common.Messages;
using Mesos.Master;
using Mesos.Slave;

namespace Mesos.Interop.Tests.Mutations;

/// <summary>
/// A master and an agent on one node are fed damaged recordings: every connection ends, every answer is an answer, no handler
/// lets an exception escape, and the node goes on serving.
/// </summary>
public sealed partial class MutationTests
{
    private const int Mutations = 100_000;
    private const int AtATime = 64;

    [Test]
    [CancelAfter(240_000)]
    public async Task A_hundred_thousand_damaged_requests_leave_master_and_agent_standing([Values(20261122)] int seed)
    {
        var transport = new PipeTransport();
        await using var node = new TestNode(configure: options => WireMessageSchema.ApplyTo(options) with { Transport = transport, Delegate = "master" });
        string directory = Directory.CreateTempSubdirectory("interop-mutations-").FullName;
        MasterDaemon master = await LiveNode.SpawnMasterAsync(node);
        LiveNode.SpawnAgent(
            node, new SlaveOptions { WorkDirectory = directory }, StandaloneMasterDetectorProcess.Start(node.Manager, master.Pid), node.Manager.Address.Port);
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));

        byte[][] corpus = [.. Recordings.Scenarios.SelectMany(Recordings.Messages).Select(message => message.Raw).Concat(Probes())];
        var mutator = new Mutator(seed, corpus);
        for (int done = 0; done < Mutations; done += AtATime)
        {
            byte[][] requests = [.. Enumerable.Range(0, AtATime).Select(_ => mutator.Next())];
            byte[][] answers = await Task.WhenAll(requests.Select(request => transport.ExchangeAsync(request)));
            foreach ((byte[] request, byte[] answer) in requests.Zip(answers))
            {
                Assert.That(IsWellFormed(answer, mayLackBodies: request.AsSpan().IndexOf("HEAD"u8) >= 0), Is.True, () => $"{Show(answer)}\nanswers\n{Show(request)}");
            }
        }

        byte[] intact = corpus.First(request => request.AsSpan().StartsWith("POST /master/"u8));
        Assert.That(Show(await transport.ExchangeAsync(intact)), Does.StartWith("HTTP/1.1 202 Accepted\r\n"));
        Directory.Delete(directory, recursive: true);
    }

    private static IEnumerable<byte[]> Probes() =>
        Recordings.Probes("master").Concat(Recordings.Probes("agent")).Select(probe => probe.Request).Where(request => request.Length < 10_000);

    // Nothing, or answers one after the other. A streaming answer is cut off with its connection, the others are whole; HEAD is
    // answered with the length of a body that does not follow.
    private static bool IsWellFormed(byte[] answer, bool mayLackBodies)
    {
        string text = Show(answer);
        while (text.Length > 0)
        {
            Match head = Head().Match(text);
            if (!head.Success)
            {
                return false;
            }

            if (!head.Groups["length"].Success)
            {
                return head.Value.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal);
            }

            string rest = text[head.Length..];
            if (mayLackBodies && (rest.Length == 0 || rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)))
            {
                text = rest;
                continue;
            }

            int end = head.Length + int.Parse(head.Groups["length"].Value, System.Globalization.CultureInfo.InvariantCulture);
            if (end > text.Length)
            {
                return false;
            }

            text = text[end..];
        }

        return true;
    }

    private static string Show(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [GeneratedRegex(@"\AHTTP/1\.1 [2-5]\d\d [A-Z][^\r]*\r\n((Content-Length: (?<length>\d+)|[A-Za-z-]+: [^\r]*)\r\n)+\r\n")]
    private static partial Regex Head();
}

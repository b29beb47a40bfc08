using Mesos.Common.Flags;
using Mesos.Interop.Tests.Replay;
using Mesos.Slave;

namespace Mesos.Interop.Tests.Endpoints;

/// <summary>
/// Our agent goes through what the recorded one went through - three command tasks of a framework that has ended, one task of another
/// that runs - and is asked then what that was asked.
/// </summary>
[CancelAfter(120_000)]
public sealed class AgentEndpointTests
{
    private const string Scenario = "operator-endpoints";
    private const string RecordedAgent = "127.0.0.1:5051";
    private const string RecordedMaster = "127.0.0.1:5050";
    private const string RecordedWorkDirectory = "/var/lib/mesos/operator-endpoints/a";
    private const string RecordedLauncherDirectory = "/opt/mesos/libexec";

    [Test]
    public async Task The_agent_tells_over_HTTP_what_the_original_told()
    {
        RecordedExchange[] exchanges = [.. Recordings.Exchanges(Scenario).Where(exchange => exchange.Server == RecordedAgent)];
        IReadOnlyList<RecordedMessage> recording = Recordings.Messages(Scenario);
        RecordedMessage next = recording.First(message =>
            message.Number > exchanges[^1].Number && (message.To + message.From).Contains(RecordedAgent, StringComparison.Ordinal));
        var differences = new List<(string Endpoint, string Path, string What)>();
        string master = string.Empty;
        await using LiveAgent agent = LiveAgent.Prepare(configure: options => Flags(options, master));
        await using var script = new Script(recording, RecordedAgent)
        {
            Advance = agent.Node.AdvanceAsync,
            Settle = agent.Node.SettleAsync,
            PeerEnded = peer => peer.StartsWith("scheduler", StringComparison.Ordinal) ? Task.CompletedTask : agent.Node.Filters.ExpectExited(to: "slave(1)"),
            Events = new Dictionary<RecordedMessage, Func<Script, Task>> { [next] = AskAsync },
        };
        script.BindNode(agent.Node.Manager.Address.ToString());
        master = script.Live(RecordedMaster);
        agent.Start($"master@{master}");
        await script.RunAsync();

        // The last word of the recorded master.
        await agent.EndedAsync();
        IEnumerable<string> listed = AgentEndpointExpectations.Differences.Keys;
        Assert.That(
            differences.Where(found => !listed.Any(difference => AgentEndpointExpectations.Tells(difference, found.Endpoint, found.Path))),
            Is.Empty,
            "differences that are not listed");
        Assert.That(
            listed.Where(difference => !differences.Any(found => AgentEndpointExpectations.Tells(difference, found.Endpoint, found.Path))),
            Is.Empty,
            "differences that are not there any more");

        async Task AskAsync(Script script)
        {
            // The executors that were asked to end have done so.
            await agent.Node.AdvanceAsync(TimeSpan.FromSeconds(10));
            using var client = new HttpClient { BaseAddress = new Uri($"http://{agent.Node.Manager.Address}") };
            foreach (RecordedExchange exchange in exchanges.Where(exchange => !AgentEndpointExpectations.NotCompared.ContainsKey(exchange.Path)))
            {
                using HttpResponseMessage answer = await client.GetAsync(exchange.Path);
                Assert.That($"HTTP/1.1 {(int)answer.StatusCode} {answer.ReasonPhrase}", Is.EqualTo(exchange.Status), exchange.Path);
                Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo(exchange.MediaType), exchange.Path);
                string live = (await answer.Content.ReadAsStringAsync())
                    .Replace(agent.WorkDirectory, RecordedWorkDirectory, StringComparison.Ordinal)
                    .Replace(AppContext.BaseDirectory, RecordedLauncherDirectory, StringComparison.Ordinal);
                if (exchange.Body.Length == 0)
                {
                    Assert.That(live, Is.Empty, exchange.Path);
                    continue;
                }

                var comparison = new JsonComparison(script.Unify, path => AgentEndpointExpectations.TypeOnly.Any(path.EndsWith));
                differences.AddRange(comparison.Compare(exchange.Body, live).Select(found => (exchange.Path, found.Path, found.What)));
            }
        }
    }

    [Test]
    public void Every_endpoint_that_is_not_compared_was_recorded() => Assert.That(
        AgentEndpointExpectations.NotCompared.Keys, Is.SubsetOf(Recordings.Exchanges(Scenario).Select(exchange => exchange.Path)));

    /// <summary>The flags that the recorded agent was given, as far as they differ from the defaults.</summary>
    private static SlaveOptions Flags(SlaveOptions options, string master)
    {
        string[] arguments =
        [
            $"--master={master}", $"--work_dir={options.WorkDirectory}", "--ip=127.0.0.1", "--hostname=agent.example", "--launcher=posix",
            $"--launcher_dir={AppContext.BaseDirectory}", "--resources=cpus:4;mem:4096;disk:10000;ports:[31000-32000]", "--attributes=rack:r1;zone:a",
            "--no-systemd_enable_support",
        ];
        return SlaveFlags.ToOptions(SlaveFlags.Table.TryLoad(arguments, [], out FlagValues? values, out string? error) ? values : throw new ArgumentException(error));
    }
}

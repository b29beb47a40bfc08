using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesos.Interop.Tests.Probes;

/// <summary>Odd and broken requests get the recorded answer and leave the connection as recorded, or a listed, stricter one.</summary>
[CancelAfter(120_000)]
public sealed partial class ProbeTests
{
    private LiveNode master = null!;
    private LiveNode agent = null!;

    private static IEnumerable<TestCaseData> Built => Cases(isBuilt: true, "answers as recorded to");

    private static IEnumerable<TestCaseData> NotBuilt => Cases(isBuilt: false, "says that it is not built to answer to");

    [OneTimeSetUp]
    public async Task StartNodes()
    {
        master = await LiveNode.StartMasterAsync();
        agent = await LiveNode.StartAgentAsync(master.EndPoint);
    }

    [OneTimeTearDown]
    public async Task StopNodes()
    {
        await agent.DisposeAsync();
        await master.DisposeAsync();
    }

    [TestCaseSource(nameof(Built))]
    public async Task Node_answers_as_recorded(RecordedProbe probe)
    {
        IPEndPoint node = EndPoint(probe);
        string recorded = RawExchange.WithoutDates(Encoding.Latin1.GetString(probe.Response));
        if (ProbeExpectations.Short.Contains((probe.Node, probe.Probe)))
        {
            recorded = recorded.Replace("Content-Encoding: gzip\r\n", string.Empty, StringComparison.Ordinal);
        }

        bool isStricter = ProbeExpectations.Stricter.ContainsKey(probe.Probe);
        RawExchange live = await RawExchange.RunAsync(node, probe.Request, isStricter ? 0 : Heads(recorded).Length);
        if (isStricter)
        {
            Assert.That(live, Is.EqualTo(new RawExchange(string.Empty, IsOpen: false)));
            return;
        }

        if (ProbeExpectations.HeadOnly.Contains(probe.Probe) || probe.BodyOmitted is not null)
        {
            Assert.That(Heads(live.Answer), Is.EqualTo(Heads(recorded)));
        }
        else
        {
            int recordedPort = probe.Node == "master" ? 5050 : 5051;
            Assert.That(live.Answer.Replace($":{node.Port}", $":{recordedPort}", StringComparison.Ordinal), Is.EqualTo(recorded));
        }

        Assert.That(live.IsOpen, Is.EqualTo(probe.Connection == "open"));
    }

    [TestCaseSource(nameof(NotBuilt))]
    public async Task Node_says_what_is_not_built(RecordedProbe probe)
    {
        RawExchange live = await RawExchange.RunAsync(EndPoint(probe), probe.Request, answers: 1);
        Assert.That(live.Answer, Does.StartWith("HTTP/1.1 501 Not Implemented\r\n").And.Match("not (built|supported) yet"));
    }

    [Test]
    public void Every_exception_names_a_recorded_probe()
    {
        string[] known = [.. Recordings.Probes("master").Concat(Recordings.Probes("agent")).Select(probe => probe.Probe)];
        Assert.That(
            ProbeExpectations.Stricter.Keys.Concat(ProbeExpectations.HeadOnly).Concat(ProbeExpectations.NotBuilt),
            Is.SubsetOf(known));
    }

    private static IEnumerable<TestCaseData> Cases(bool isBuilt, string what) =>
        from probe in Recordings.Probes("master").Concat(Recordings.Probes("agent"))
        where ProbeExpectations.NotBuilt.Contains(probe.Probe) != isBuilt
        select new TestCaseData(probe).SetName($"The {probe.Node} {what} {probe.Probe.Replace('(', '<').Replace(')', '>')}");

    private IPEndPoint EndPoint(RecordedProbe probe) => probe.Node == "master" ? master.EndPoint : agent.EndPoint;

    // The heads of an answer or of several in a row, lengths aside.
    private static string[] Heads(string answers) =>
        [.. Head().Matches(answers).Select(match => Length().Replace(match.Value, "Content-Length: *"))];

    [GeneratedRegex(@"HTTP/1\.1 \d{3} .*?\r\n\r\n", RegexOptions.Singleline)]
    private static partial Regex Head();

    [GeneratedRegex(@"Content-Length: [1-9]\d*")]
    private static partial Regex Length();
}

using Mesos.Master.Tests.Peers;
using Mesos.Proto;

namespace Mesos.Master.Tests.Facts;

/// <summary>Every metric of the original's master is published under its name, or named here with the reason why not.</summary>
public sealed class MetricFactsTests : MasterTest
{
    private static readonly Dictionary<string, string> NotPublished = new(StringComparer.Ordinal)
    {
        ["master/operator_event_stream_subscribers"] = "there is no stream of events for operators",
        ["master/http_cache_hits"] = "answers are not kept",
        ["allocator/mesos/event_queue_dispatches"] = "part of the full allocator",
        ["allocator/event_queue_dispatches"] = "part of the full allocator",
        ["allocator/mesos/allocation_runs"] = "part of the full allocator",
        ["allocator/mesos/allocation_run_ms"] = "part of the full allocator",
        ["allocator/mesos/allocation_run_latency_ms"] = "part of the full allocator",
        ["allocator/mesos/resources/cpus/total"] = "part of the full allocator",
        ["allocator/mesos/resources/cpus/offered_or_allocated"] = "part of the full allocator",
        ["allocator/mesos/resources/mem/total"] = "part of the full allocator",
        ["allocator/mesos/resources/mem/offered_or_allocated"] = "part of the full allocator",
        ["allocator/mesos/resources/disk/total"] = "part of the full allocator",
        ["allocator/mesos/resources/disk/offered_or_allocated"] = "part of the full allocator",
        ["allocator/mesos/quota/roles/<role>/resources/<resource>/guarantee"] = "there is no quota",
        ["allocator/mesos/quota/roles/<role>/resources/<resource>/limit"] = "there is no quota",
        ["allocator/mesos/quota/roles/<role>/resources/<resource>/consumed"] = "there is no quota",
        ["allocator/mesos/quota/roles/<role>/resources/<resource>/offered_or_allocated"] = "there is no quota",
        ["allocator/mesos/offer_filters/roles/<role>/active"] = "part of the full allocator",
        ["allocator/mesos/roles/<role>/shares/dominant"] = "part of the full allocator",
    };

    [Test]
    public async Task Metrics_have_the_names_of_the_original()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => (s.Info.Name, s.Info.Principal) = ("a b", "me"));
        TaskInfo unknown = task.Clone();
        agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        scheduler.Launch(new Offer { Id = new OfferID { Value = "old" }, SlaveId = agent.Info.Id.Clone() }, unknown);
        await Node.SettleAsync();
        var snapshot = Node.Manager.Metrics.SnapshotAsync();
        await Node.SettleAsync();
        HashSet<string> published = [.. (await snapshot).Select(metric => metric.Key)];
        IReadOnlyList<string> names = [.. FactTable.Read("metrics.csv").Select(row => row["name"])];
        TestContext.Out.WriteLine($"{names.Count} names of metrics, {names.Count - NotPublished.Count} published");
        Assert.That(names.Where(name => !NotPublished.ContainsKey(name) && !published.Contains(Live(name))), Is.Empty, "missing");
        Assert.That(NotPublished.Keys.Where(name => !names.Contains(name) || published.Contains(Live(name))), Is.Empty, "there after all, or unknown");

        string Live(string name) => name
            .Replace("<principal>", "me", StringComparison.Ordinal)
            .Replace("<encoded name>", "a%20b", StringComparison.Ordinal)
            .Replace("<framework id>", scheduler.FrameworkId.Value, StringComparison.Ordinal)
            .Replace("<role>", "*", StringComparison.Ordinal)
            .Replace("task_<state>/source_<source>/reason_<reason>", "task_lost/source_master/reason_invalid_offers", StringComparison.Ordinal);
    }
}

using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing;
using Mesos.Common.Detection;

namespace Mesos.Common.Tests.Detection;

[CancelAfter(30_000)]
public sealed class MasterDetectorTests
{
    [Test]
    public async Task A_fixed_master_leads_at_once_and_for_ever(CancellationToken cancellation)
    {
        await using TestNode node = new();
        Assert.That(MasterLocation.TryParse("127.0.0.1:5050", out var location, out _), Is.True);
        await using var detector = await MasterDetectors.StartAsync(node.Manager, location!, cancellation);
        var leader = await detector.DetectAsync(null, cancellation);
        Assert.That(leader!.Pid, Is.EqualTo("master@127.0.0.1:5050"));
        var next = detector.DetectAsync(leader, cancellation);
        await node.SettleAsync();
        Assert.That(next.IsCompleted, Is.False);
    }

    [Test]
    public async Task Appointing_answers_all_who_wait(CancellationToken cancellation)
    {
        await using TestNode node = new();
        await using var detector = StandaloneMasterDetectorProcess.Start(node.Manager);
        var first = detector.DetectAsync(null, cancellation);
        var second = detector.DetectAsync(null, cancellation);
        await node.SettleAsync();
        Assert.That(first.IsCompleted || second.IsCompleted, Is.False);
        detector.Appoint(UPid.Parse("master@10.0.0.1:5050"));
        var leader = await first;
        Assert.That(leader, Is.EqualTo(await second));
        detector.Appoint((Mesos.Proto.MasterInfo?)null);
        Assert.That(await detector.DetectAsync(leader, cancellation), Is.Null);
    }

    [Test]
    public async Task A_process_knows_of_the_next_leader_before_the_node_is_at_rest(CancellationToken cancellation)
    {
        await using TestNode node = new();
        await using var detector = StandaloneMasterDetectorProcess.Start(node.Manager);
        var watcher = node.Spawn(new Watcher(node.Manager));
        for (var round = 1; round < 2000; round++)
        {
            Mesos.Proto.MasterInfo? seen = null;
            await watcher.CallAsync(() => watcher.Watch(async () => seen = await detector.DetectAsync(null, cancellation)));
            detector.Appoint(UPid.Parse("master@10.0.0.1:5050"));
            await node.SettleAsync();
            Assert.That(seen, Is.Not.Null, $"round {round}");
            detector.Appoint((Mesos.Proto.MasterInfo?)null);
            await node.SettleAsync();
        }
    }

    [Test]
    public async Task Waiting_can_be_given_up(CancellationToken cancellation)
    {
        await using TestNode node = new();
        await using var detector = StandaloneMasterDetectorProcess.Start(node.Manager);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = detector.DetectAsync(null, source.Token);
        await node.SettleAsync();
        await source.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        detector.Appoint(UPid.Parse("master@10.0.0.1:5050"));
        Assert.That(await detector.DetectAsync(null, cancellation), Is.Not.Null);
    }

    [Test]
    public async Task The_end_of_the_detector_ends_the_waiting(CancellationToken cancellation)
    {
        await using TestNode node = new();
        var detector = StandaloneMasterDetectorProcess.Start(node.Manager);
        var waiting = detector.DetectAsync(null, cancellation);
        await node.SettleAsync();
        await detector.DisposeAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await detector.DetectAsync(null, cancellation), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task ZooKeeper_is_refused_with_a_clear_sentence(CancellationToken cancellation)
    {
        await using TestNode node = new();
        Assert.That(MasterLocation.TryParse("zk://a:2181/mesos", out var location, out _), Is.True);
        Assert.That(
            async () => await MasterDetectors.StartAsync(node.Manager, location!, cancellation),
            Throws.InstanceOf<MasterDetectionException>().With.Message.Contains("not built"));
    }

    [Test]
    public async Task An_unknown_host_is_refused(CancellationToken cancellation)
    {
        await using TestNode node = new(configure: options => options with { Hosts = new NoHosts() });
        Assert.That(MasterLocation.TryParse("nowhere.example:5050", out var location, out _), Is.True);
        Assert.That(
            async () => await MasterDetectors.StartAsync(node.Manager, location!, cancellation),
            Throws.InstanceOf<MasterDetectionException>().With.Message.Contains("nowhere.example"));
    }

    private sealed class NoHosts : IHostResolver
    {
        public bool TryResolve(string name, out uint ip)
        {
            ip = 0;
            return false;
        }

        public ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation) => new((uint?)null);
    }

    private sealed class Watcher(ProcessManager manager) : ProcessBase(manager, "watcher")
    {
        public void Watch(Func<Task> story) => Run(story);
    }
}

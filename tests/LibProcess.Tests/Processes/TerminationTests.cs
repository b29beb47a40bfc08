using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Processes;

/// <summary>What happens at the end of a process, and in which order.</summary>
[CancelAfter(30_000)]
public sealed class TerminationTests
{
    private TestNode node = null!;

    [SetUp]
    public void StartNode() => node = new TestNode();

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task The_end_is_handled_then_the_process_is_erased_then_linkers_hear_of_it_then_waiters()
    {
        var log = new List<string>();
        bool IsListed(UPid pid) => node.Manager.Processes.Any(p => p.Self == pid);
        Probe target = node.Spawn(new Probe(node.Manager, "target") { OnEnd = p => log.Add($"end, listed: {IsListed(p.Self)}") });
        var linker = new Linker(node.Manager, target.Self, pid =>
        {
            log.Add($"exited, listed: {IsListed(pid)}");
            node.Spawn(new Probe(node.Manager, "target"));
        });
        node.Spawn(linker);
        await linker.CallAsync(() => 0);
        Task waiter = node.Manager.WaitAsync(target);
        target.Terminate();
        await waiter;
        await node.SettleAsync();
        Assert.That(log, Is.EqualTo(new[] { "end, listed: True", "exited, listed: False" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Requests_that_wait_behind_the_end_are_answered_500(bool inject)
    {
        var process = new Server(node.Manager);
        node.Spawn(process);
        using var blocked = new ManualResetEventSlim();
        process.Dispatch(() => blocked.Wait(TimeSpan.FromSeconds(20)));
        if (!inject)
        {
            process.Terminate(inject: false);
        }

        Task<ClientResponse> answer = node.Manager.Http.GetAsync(HttpUrl.Of(process.Self, "x"));
        Assert.That(() => process.WaitingRequests, Is.EqualTo(1).After(10_000, 5));
        if (inject)
        {
            process.Terminate();
        }

        blocked.Set();
        Assert.That((await answer).Status, Is.EqualTo(500));
        Assert.That((await node.Manager.Http.GetAsync(HttpUrl.Of(process.Self, "x"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_help_of_a_process_goes_with_it()
    {
        var process = new Server(node.Manager);
        node.Spawn(process);
        await process.CallAsync(() => 0);
        HttpUrl help = HttpUrl.Of(node.Manager.Address, "/help?format=json");
        Assert.That((await node.Manager.Http.GetAsync(help)).Text, Does.Contain("\"route\""));
        process.Terminate();
        await node.Manager.WaitAsync(process);
        Assert.That((await node.Manager.Http.GetAsync(help)).Text, Does.Not.Contain("\"route\""));
    }

    [Test]
    public async Task Everything_that_waits_is_dropped_by_an_injected_end_and_nothing_by_one_in_turn()
    {
        foreach (bool inject in new[] { true, false })
        {
            var log = new List<string>();
            var probe = new Probe(node.Manager, $"p{inject}", p => p.Install("m", (_, _) => log.Add("message")));
            probe.Dispatch(() => log.Add("dispatch"));
            probe.EnqueueMessage(UPid.Empty, "m", null, default);
            probe.EnqueueExited(UPid.Empty);
            probe.Terminate(inject);
            probe.Dispatch(() => log.Add("late"));
            node.Spawn(probe);
            await node.Manager.WaitAsync(probe);
            await node.SettleAsync();
            Assert.That(log, Is.EqualTo(inject ? Array.Empty<string>() : new[] { "dispatch", "message" }));
            Assert.That(probe.Log, Is.EqualTo(inject ? new[] { "end" } : new[] { "exited ", "end" }));
        }
    }

    [Test]
    public async Task Ending_twice_is_ending_once()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        probe.Terminate(inject: false);
        probe.Terminate();
        probe.Terminate(inject: false);
        await node.Manager.WaitAsync(probe);
        await node.SettleAsync();
        Assert.That(probe.Log, Is.EqualTo(new[] { "end" }));
    }

    [Test]
    public async Task Processes_of_other_nodes_and_processes_that_do_not_run_cannot_be_ended()
    {
        await using var other = new TestNode();
        Probe remote = other.Spawn(new Probe(other.Manager, "remote"));
        node.Manager.Terminate(remote.Self);
        node.Manager.Terminate(new UPid("nobody", node.Manager.Address));
        node.Manager.Terminate(UPid.Empty);
        Assert.That(await remote.CallAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_for_what_does_not_run_is_over_at_once_and_a_wait_can_be_given_up()
    {
        Assert.That(node.Manager.WaitAsync(new UPid("nobody", node.Manager.Address)).IsCompletedSuccessfully, Is.True);
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), node.Clock);
        Task wait = node.Manager.WaitAsync(probe.Self, patience.Token);
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await probe.CallAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public void A_process_of_another_node_is_not_started()
    {
        var elsewhere = new TestNode();
        Assert.That(() => node.Spawn(new Probe(elsewhere.Manager, "a")), Throws.InvalidOperationException);
        Assert.That(async () => await elsewhere.DisposeAsync(), Throws.Nothing);
    }

    [Test]
    public async Task A_timer_of_a_process_that_has_ended_does_not_fire()
    {
        var fired = new List<string>();
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Delay(TimeSpan.FromSeconds(1), () => fired.Add("timer"))));
        await node.SettleAsync();
        probe.Terminate();
        await node.Manager.WaitAsync(probe);
        await node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(fired, Is.Empty);
    }

    [Test]
    public async Task Timers_fire_in_order_of_their_moments_and_equal_ones_in_order_of_creation()
    {
        var fired = new List<string>();
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p =>
        {
            p.Delay(TimeSpan.FromSeconds(2), () => fired.Add("2a"));
            p.Delay(TimeSpan.FromSeconds(1), () => fired.Add("1a"));
            p.Delay(TimeSpan.FromSeconds(2), () => fired.Add("2b"));
            using var cancelled = p.Delay(TimeSpan.FromSeconds(1), () => fired.Add("cancelled"));
            p.Delay(TimeSpan.FromSeconds(1), () => fired.Add("1b"));
            p.Delay(TimeSpan.Zero, () => fired.Add("0"));
            p.Delay(TimeSpan.FromSeconds(-1), () => fired.Add("-1"));
        }));
        await probe.CallAsync(() => 0);
        await node.AdvanceAsync(TimeSpan.Zero);
        Assert.That(fired, Is.EquivalentTo(new[] { "0", "-1" }));
        fired.Clear();
        await node.AdvanceAsync(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        Assert.That(fired, Is.Empty);
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(fired, Is.EqualTo(new[] { "1a", "1b", "2a", "2b" }));
    }

    [Test]
    public async Task Every_node_has_the_builtin_processes_and_the_memory_profiler_where_it_is_wanted()
    {
        string[] builtins = ["help", "metrics", "logging", "profiler", "system", "__processes__"];
        Assert.That(builtins, Is.SubsetOf(node.Manager.Processes.Select(p => p.Self.Id)));
        Assert.That(node.Manager.Processes.Select(p => p.Self.Id), Does.Not.Contain("memory-profiler"));
        await using var profiled = new TestNode(configure: options => options with { MemoryProfiling = true });
        Assert.That(profiled.Manager.Processes.Select(p => p.Self.Id), Does.Contain("memory-profiler"));
    }

    private sealed class Linker(ProcessManager manager, UPid target, Action<UPid> onExited) : ProcessBase(manager, "linker")
    {
        protected override void Initialize() => Link(target);

        protected override void Exited(UPid pid) => onExited(pid);
    }

    private sealed class Server(ProcessManager manager) : ProcessBase(manager, "route")
    {
        /// <summary>Only while the process does not handle anything.</summary>
        public int WaitingRequests => WaitingEvents(EventKind.Http);

        protected override void Initialize() => Route("/x", new RouteHelp("X", "Nothing."), _ => HttpResponse.Ok());
    }
}

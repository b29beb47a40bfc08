using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Processes;

[CancelAfter(30_000)]
public sealed class LifecycleTests
{
    private TestNode node = null!;

    [SetUp]
    public void StartNode() => node = new TestNode();

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Initialize_runs_before_the_first_event()
    {
        var probe = new Probe(node.Manager, "a", p => p.Log.Add("initialize"));
        probe.Dispatch(() => probe.Log.Add("early"));
        node.Spawn(probe);
        await probe.CallAsync(() => probe.Log.Add("late"));
        Assert.That(probe.Log, Is.EqualTo(new[] { "initialize", "early", "late" }));
    }

    [Test]
    public void A_taken_id_is_refused_and_free_again_after_the_end()
    {
        Probe first = node.Spawn(new Probe(node.Manager, "a"));
        Assert.That(() => node.Spawn(new Probe(node.Manager, "a")), Throws.InvalidOperationException);
        first.Terminate();
        Assert.That(async () => { await node.Manager.WaitAsync(first); node.Spawn(new Probe(node.Manager, "a")); }, Throws.Nothing);
    }

    [Test]
    public async Task A_process_is_started_once_only()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        Assert.That(() => node.Spawn(probe), Throws.InvalidOperationException);
        probe.Terminate();
        await node.Manager.WaitAsync(probe);
        Assert.That(() => node.Spawn(probe), Throws.InvalidOperationException);
    }

    [Test]
    public async Task An_injected_end_overtakes_what_waits()
    {
        var probe = new Probe(node.Manager, "a");
        Task<int> waiting = probe.CallAsync(() => { probe.Log.Add("call"); return 1; });
        probe.Terminate(inject: true);
        node.Spawn(probe);
        await node.Manager.WaitAsync(probe);
        Assert.That(probe.Log, Is.EqualTo(new[] { "end" }));
        Assert.That(async () => await waiting, Throws.InstanceOf<ProcessTerminatedException>());
    }

    [Test]
    public async Task An_end_in_turn_lets_what_waits_go_first()
    {
        var probe = new Probe(node.Manager, "a");
        Task<int> waiting = probe.CallAsync(() => { probe.Log.Add("call"); return 1; });
        probe.Terminate(inject: false);
        Task<int> late = probe.CallAsync(() => 2);
        node.Spawn(probe);
        await node.Manager.WaitAsync(probe);
        Assert.That(probe.Log, Is.EqualTo(new[] { "call", "end" }));
        Assert.That(await waiting, Is.EqualTo(1));
        Assert.That(async () => await late, Throws.InstanceOf<ProcessTerminatedException>());
    }

    [Test]
    public async Task A_call_to_a_process_that_has_ended_is_cancelled()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        probe.Terminate();
        await node.Manager.WaitAsync(probe);
        Assert.That(async () => await probe.CallAsync(() => 1), Throws.InstanceOf<ProcessTerminatedException>());
    }

    [Test]
    public async Task The_token_of_the_process_is_cancelled_at_its_end_and_finally_blocks_run_inside_it()
    {
        var inside = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Run(async () =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, p.Terminated);
            }
            finally
            {
                inside.SetResult(p.OnProcess);
            }
        })));
        probe.Terminate();
        Assert.That(await inside.Task, Is.True);
    }

    [Test]
    public async Task A_linker_hears_of_the_end_of_a_local_process_once()
    {
        Probe target = node.Spawn(new Probe(node.Manager, "target"));
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() => { linker.Link(target.Self); linker.Link(target.Self); });
        target.Terminate();
        await linker.ExitedSeen.Task;
        await node.SettleAsync();
        Assert.That(linker.Log, Is.EqualTo(new[] { "exited target" }));
    }

    [Test]
    public async Task Linking_to_a_local_process_that_does_not_run_is_answered_at_once()
    {
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        var nobody = new UPid("nobody", node.Manager.Address);
        await linker.CallAsync(() => linker.Link(nobody));
        Assert.That(await linker.ExitedSeen.Task, Is.EqualTo(nobody));
    }

    [Test]
    public async Task Linking_to_the_empty_identity_does_nothing()
    {
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() => linker.Link(UPid.Empty));
        await node.SettleAsync();
        Assert.That(linker.Log, Is.Empty);
    }

    [Test]
    public async Task A_fault_in_a_handler_is_reported_and_the_process_lives_on()
    {
        node.ExpectFaults = true;
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install("bad", (_, _) => throw new FormatException("bad day"))));
        node.Manager.Send(UPid.Empty, probe.Self, "bad");
        Assert.That(await probe.CallAsync(() => 7), Is.EqualTo(7));
        Assert.That(node.Faults.All.Select(f => (f.ProcessId, f.Event, f.Exception.Message)), Is.EqualTo(new[] { ("a", "bad", "bad day") }));
    }

    [Test]
    public async Task A_fault_in_a_story_is_reported()
    {
        node.ExpectFaults = true;
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        await probe.CallAsync(() => probe.Run(async () => { await Task.Yield(); throw new FormatException("late"); }));
        await node.SettleAsync();
        await probe.CallAsync(() => 1);
        Assert.That(node.Faults.All.Select(f => f.Exception.Message), Is.EqualTo(new[] { "late" }));
    }

    [Test]
    public async Task Stopping_the_node_ends_every_process_after_what_waits_for_it()
    {
        var own = new TestNode();
        Probe probe = own.Spawn(new Probe(own.Manager, "a"));
        Task<int> last = probe.CallAsync(() => 5);
        await own.DisposeAsync();
        Assert.That(await last, Is.EqualTo(5));
        Assert.That(probe.Log, Is.EqualTo(new[] { "end" }));
        Assert.That(() => own.Manager.Spawn(new Probe(own.Manager, "b")), Throws.InvalidOperationException);
    }
}

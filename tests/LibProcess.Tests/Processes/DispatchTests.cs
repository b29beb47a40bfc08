using LibProcess.Testing;

namespace LibProcess.Tests.Processes;

[CancelAfter(30_000)]
public sealed class DispatchTests
{
    private TestNode node = null!;
    private Probe probe = null!;

    [SetUp]
    public void StartNode()
    {
        node = new TestNode();
        probe = node.Spawn(new Probe(node.Manager, "a"));
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task A_call_runs_in_the_process_and_brings_its_result_back()
    {
        Assert.That(probe.OnProcess, Is.False);
        Assert.That(await probe.CallAsync(() => probe.OnProcess), Is.True);
    }

    [Test]
    public void A_call_that_throws_fails_its_caller_and_is_no_fault_of_the_process()
    {
        Assert.That(async () => await probe.CallAsync(() => throw new FormatException("no")), Throws.InstanceOf<FormatException>());
        Assert.That(async () => await probe.CallAsync(async () => { await Task.Yield(); throw new FormatException("no"); }), Throws.InstanceOf<FormatException>());
        Assert.That(node.Faults.All, Is.Empty);
    }

    [Test]
    public async Task An_await_resumes_in_the_process_and_lets_other_events_run_meanwhile()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> story = probe.CallAsync(async () =>
        {
            probe.Log.Add("before");
            await gate.Task;
            probe.Log.Add("after");
            return probe.OnProcess;
        });
        await probe.CallAsync(() => probe.Log.Add("between"));
        gate.SetResult();
        Assert.That(await story, Is.True);
        Assert.That(probe.Log, Is.EqualTo(new[] { "before", "between", "after" }));
    }

    [Test]
    public async Task An_await_of_something_done_takes_no_turn()
    {
        Task story = probe.CallAsync(async () =>
        {
            await Task.CompletedTask;
            probe.Log.Add("story");
        });
        await probe.CallAsync(() => probe.Log.Add("next"));
        await story;
        Assert.That(probe.Log, Is.EqualTo(new[] { "story", "next" }));
    }

    [Test]
    public async Task Delays_fire_in_order_of_due_time_then_of_creation()
    {
        await probe.CallAsync(() =>
        {
            probe.Delay(TimeSpan.FromSeconds(2), () => probe.Log.Add("2a"));
            probe.Delay(TimeSpan.FromSeconds(1), () => probe.Log.Add("1"));
            probe.Delay(TimeSpan.FromSeconds(2), () => probe.Log.Add("2b"));
            probe.Delay(TimeSpan.FromSeconds(9), () => probe.Log.Add("9"));
        });
        await node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(probe.Log, Is.EqualTo(new[] { "1", "2a", "2b" }));
    }

    [Test]
    public async Task A_cancelled_delay_does_not_fire_even_if_it_is_due_already()
    {
        await probe.CallAsync(() =>
        {
            var timer = probe.Delay(TimeSpan.FromSeconds(1), () => probe.Log.Add("fired"));
            node.Clock.Advance(TimeSpan.FromSeconds(1));
            timer.Dispose();
        });
        await node.SettleAsync();
        Assert.That(probe.Log, Is.Empty);
    }

    [Test]
    public async Task Thousands_of_cancelled_delays_leave_the_others_in_place()
    {
        await probe.CallAsync(() =>
        {
            for (int i = 0; i < 5000; i++)
            {
                probe.Delay(TimeSpan.FromSeconds(1), () => probe.Log.Add("cancelled")).Dispose();
            }

            probe.Delay(TimeSpan.FromSeconds(1), () => probe.Log.Add("kept"));
        });
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(probe.Log, Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public async Task Waiting_on_the_clock_ends_when_time_has_moved_or_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        Task first = probe.CallAsync(() => probe.Wait(TimeSpan.FromSeconds(5)));
        Task second = probe.CallAsync(() => probe.Wait(TimeSpan.FromSeconds(5), cancellation.Token));
        await node.SettleAsync();
        cancellation.Cancel();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(first.IsCompleted, Is.False);
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        await first;
    }

    [Test]
    public async Task The_end_of_the_process_ends_its_waits()
    {
        Task wait = probe.CallAsync(() => probe.Wait(TimeSpan.FromSeconds(5)));
        await node.SettleAsync();
        probe.Terminate();
        await node.Manager.WaitAsync(probe);
        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_busy_process_gives_way_to_others()
    {
        Probe other = node.Spawn(new Probe(node.Manager, "b"));
        int turns = 0;
        bool stop = false;
        void Again()
        {
            turns++;
            if (!Volatile.Read(ref stop))
            {
                probe.Dispatch(Again);
            }
        }

        probe.Dispatch(Again);
        for (int i = 0; i < 100; i++)
        {
            await other.CallAsync(() => i);
        }

        Volatile.Write(ref stop, true);
        await node.SettleAsync();
        Assert.That(turns, Is.Positive);
    }
}

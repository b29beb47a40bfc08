using LibProcess.Futures;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Futures;

[CancelAfter(30_000)]
public sealed class FutureTests
{
    private readonly Promise<int>[] promises = new Promise<int>[3];

    private IEnumerable<Task<int>> Tasks => promises.Select(promise => promise.Task);

    [SetUp]
    public void MakePromises()
    {
        for (int i = 0; i < promises.Length; i++)
        {
            promises[i] = new Promise<int>();
        }
    }

    [Test]
    public async Task Collect_gives_all_values_in_the_order_of_the_tasks()
    {
        Task<int[]> collected = Future.CollectAsync(Tasks);
        promises[2].TrySet(2);
        promises[0].TrySet(0);
        Assert.That(collected.IsCompleted, Is.False);
        promises[1].TrySet(1);
        Assert.That(await collected, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void Collect_fails_with_the_first_failure_while_others_are_under_way()
    {
        Task<int[]> collected = Future.CollectAsync(Tasks);
        promises[1].TryFail(new FormatException("no luck"));
        Assert.That(async () => await collected, Throws.InstanceOf<FutureFailedException>().With.Message.EqualTo("Collect failed: no luck"));
        Assert.That(promises[0].Task.IsCompleted, Is.False);
    }

    [Test]
    public void Collect_fails_with_a_discarded_member()
    {
        Task<int[]> collected = Future.CollectAsync(Tasks);
        promises[1].TryCancel();
        Assert.That(async () => await collected, Throws.InstanceOf<FutureFailedException>().With.Message.EqualTo("Collect failed: future discarded"));
    }

    [Test]
    public async Task Collect_does_without_values_too()
    {
        Task[] tasks = [promises[0].Task, promises[1].Task];
        Task collected = Future.CollectAsync(tasks);
        promises[0].TrySet(0);
        promises[1].TrySet(1);
        await collected;
        Task failing = Future.CollectAsync(new Task[] { promises[0].Task, Task.FromCanceled(new CancellationToken(canceled: true)), promises[2].Task });
        Assert.That(async () => await failing, Throws.InstanceOf<FutureFailedException>().With.Message.EqualTo("Collect failed: future discarded"));
    }

    [Test]
    public void Nothing_to_wait_for_is_ready_at_once()
    {
        Assert.That(Future.CollectAsync(Array.Empty<Task<int>>()).IsCompletedSuccessfully, Is.True);
        Assert.That(Future.AwaitAllAsync(Array.Empty<Task>()).IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task Await_waits_for_all_however_they_end()
    {
        Task<Task<int>[]> all = Future.AwaitAllAsync(Tasks);
        promises[0].TryFail(new FormatException("no luck"));
        promises[2].TryCancel();
        await Task.Yield();
        Assert.That(all.IsCompleted, Is.False);
        promises[1].TrySet(1);
        Task<int>[] ended = await all;
        Assert.That(ended.Select(task => task.Status), Is.EqualTo(new[] { TaskStatus.Faulted, TaskStatus.RanToCompletion, TaskStatus.Canceled }));
    }

    [Test]
    public async Task Select_gives_the_first_that_is_ready_and_ignores_failures()
    {
        Task<Task<int>> selected = Future.SelectAsync(Tasks);
        promises[0].TryFail(new FormatException("no luck"));
        promises[1].TryCancel();
        await Task.Yield();
        Assert.That(selected.IsCompleted, Is.False);
        promises[2].TrySet(2);
        Assert.That(await selected, Is.SameAs(promises[2].Task));
    }

    [Test]
    public void Select_fails_when_none_can_become_ready()
    {
        Task<Task<int>> selected = Future.SelectAsync(Tasks);
        foreach (Promise<int> promise in promises)
        {
            promise.TryFail(new FormatException("no luck"));
        }

        Assert.That(async () => await selected, Throws.InstanceOf<FutureFailedException>());
        Assert.That(async () => await Future.SelectAsync(Array.Empty<Task<int>>()), Throws.InstanceOf<FutureFailedException>());
    }

    [Test]
    public async Task Cancelling_ends_the_wait_and_leaves_the_tasks_alone()
    {
        using var cancellation = new CancellationTokenSource();
        Task[] waits =
        [
            Future.CollectAsync(Tasks, cancellation.Token), Future.AwaitAllAsync(Tasks, cancellation.Token), Future.SelectAsync(Tasks, cancellation.Token),
        ];
        await cancellation.CancelAsync();
        foreach (Task wait in waits)
        {
            Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(promises[0].Task.IsCompleted, Is.False);
    }

    [Test]
    public async Task After_the_delay_the_fallback_decides()
    {
        var clock = new VirtualClock();
        Task<int> result = promises[0].Task.AfterAsync(TimeSpan.FromSeconds(5), clock, async late =>
        {
            Assert.That(late.IsCompleted, Is.False);
            promises[0].TryCancel();
            return await promises[1].Task;
        });
        clock.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromTicks(1));
        Assert.That(promises[0].Task.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromTicks(1));
        promises[1].TrySet(7);
        Assert.That(await result, Is.EqualTo(7));
        Assert.That(promises[0].Task.IsCanceled, Is.True);
    }

    [Test]
    public async Task What_completes_in_time_needs_no_fallback()
    {
        var clock = new VirtualClock();
        Task<int> result = promises[0].Task.AfterAsync(TimeSpan.FromSeconds(5), clock, _ => throw new InvalidOperationException("called"));
        promises[0].TrySet(3);
        Assert.That(await result, Is.EqualTo(3));
        clock.Advance(TimeSpan.FromSeconds(5));

        Task<int> failing = promises[1].Task.AfterAsync(TimeSpan.FromSeconds(5), clock, _ => throw new InvalidOperationException("called"));
        promises[1].TryFail(new FormatException("no luck"));
        Assert.That(async () => await failing, Throws.InstanceOf<FormatException>());
    }

    [Test]
    public async Task Inside_a_process_everything_runs_in_it()
    {
        await using var node = new TestNode();
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        Task<bool> waiting = probe.CallAsync(async () =>
        {
            bool inside = true;
            await Future.CollectAsync(Tasks);
            inside &= probe.OnProcess;
            await Future.AwaitAllAsync(Tasks);
            inside &= probe.OnProcess;
            await new Promise<int>().Task.AfterAsync(TimeSpan.FromSeconds(1), node.Clock, _ =>
            {
                inside &= probe.OnProcess;
                return Task.FromResult(1);
            });
            return inside & probe.OnProcess;
        });
        foreach (Promise<int> promise in promises)
        {
            promise.TrySet(1);
        }

        while (!waiting.IsCompleted)
        {
            await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.That(await waiting, Is.True);
    }

    [Test]
    public async Task Work_can_be_given_to_a_process_of_its_own()
    {
        await using var node = new TestNode();
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        (bool outside, bool inside) = await probe.CallAsync(async () => (await node.Manager.RunAsync(() => !probe.OnProcess), probe.OnProcess));
        Assert.That((outside, inside), Is.EqualTo((true, true)));
        Assert.That(async () => await node.Manager.RunAsync(() => throw new FormatException("no luck")), Throws.InstanceOf<FormatException>());
        await node.SettleAsync();
        Assert.That(node.Manager.Processes.Where(p => p.Self.Id.StartsWith("__async_executor__", StringComparison.Ordinal)), Is.Empty);
    }
}

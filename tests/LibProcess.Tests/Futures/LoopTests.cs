using LibProcess.Futures;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Futures;

[CancelAfter(30_000)]
public sealed class LoopTests
{
    [Test]
    public async Task A_loop_goes_on_until_its_body_breaks()
    {
        int next = 0;
        int sum = await Loop.RunAsync(
            _ => Task.FromResult(next++),
            (item, _) => Task.FromResult(item < 100_000 ? ControlFlow.Continue<int>() : ControlFlow.Break(item)));
        Assert.That(sum, Is.EqualTo(100_000));
    }

    [Test]
    public void A_failure_of_either_step_is_that_of_the_loop()
    {
        Assert.That(
            async () => await Loop.RunAsync<int, int>(_ => Task.FromException<int>(new FormatException("get")), (_, _) => throw new InvalidOperationException()),
            Throws.InstanceOf<FormatException>());
        Assert.That(
            async () => await Loop.RunAsync<int, int>(_ => Task.FromResult(1), (_, _) => Task.FromException<ControlFlow<int>>(new FormatException("work"))),
            Throws.InstanceOf<FormatException>());
    }

    [Test]
    public async Task A_cancellation_reaches_the_step_under_way()
    {
        using var cancellation = new CancellationTokenSource();
        var inBody = new Promise<bool>();
        int rounds = 0;
        Task<int> loop = Loop.RunAsync<int, int>(
            _ => Task.FromResult(rounds++),
            async (item, token) =>
            {
                inBody.TrySet(true);
                await Task.Delay(item == 0 ? Timeout.Infinite : 0, token);
                return default;
            },
            cancellation.Token);
        await inBody.Task;
        await cancellation.CancelAsync();
        Assert.That(async () => await loop, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(rounds, Is.EqualTo(1));
    }

    [Test]
    public async Task A_loop_of_a_process_runs_in_it_and_lets_other_events_through()
    {
        await using var node = new TestNode();
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        bool inside = true;
        bool stop = false;
        int rounds = 0;
        Task<int> loop = probe.CallAsync(() => Loop.RunAsync(
            async token =>
            {
                inside &= probe.OnProcess;
                await probe.Wait(TimeSpan.FromSeconds(1), token);
                return ++rounds;
            },
            (round, _) =>
            {
                inside &= probe.OnProcess;
                return Task.FromResult(stop ? ControlFlow.Break(round) : default);
            }));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await probe.CallAsync(() => stop = true);
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(await loop, Is.EqualTo(3));
        Assert.That(inside, Is.True);
    }
}

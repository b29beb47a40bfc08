using LibProcess.Futures;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Futures;

[CancelAfter(30_000)]
public sealed class SequenceTests
{
    private readonly List<string> log = [];

    [SetUp]
    public void Clear() => log.Clear();

    [Test]
    public async Task A_step_starts_when_the_one_before_it_is_over()
    {
        using var sequence = new Sequence();
        var gate = new Promise<bool>();
        Task<int> first = sequence.AddAsync(async _ =>
        {
            log.Add("first");
            await gate.Task;
            log.Add("first over");
            return 1;
        });
        Task<int> second = sequence.AddAsync(_ =>
        {
            log.Add("second");
            return Task.FromResult(2);
        });
        Assert.That(log, Is.EqualTo(new[] { "first" }));

        gate.TrySet(true);
        Assert.That(await second, Is.EqualTo(2));
        Assert.That(await first, Is.EqualTo(1));
        Assert.That(log, Is.EqualTo(new[] { "first", "first over", "second" }));
    }

    [Test]
    public async Task A_step_that_fails_lets_the_next_one_start()
    {
        using var sequence = new Sequence();
        Task failing = sequence.AddAsync(_ => Task.FromException(new FormatException("no")));
        Assert.That(async () => await failing, Throws.InstanceOf<FormatException>());
        Assert.That(await sequence.AddAsync(_ => Task.FromResult(7)), Is.EqualTo(7));
    }

    [Test]
    public async Task A_step_taken_out_before_its_turn_does_not_let_others_overtake()
    {
        using var sequence = new Sequence();
        using var cancellation = new CancellationTokenSource();
        var gate = new Promise<bool>();
        Task first = sequence.AddAsync(async _ =>
        {
            await gate.Task;
            log.Add("first");
        });
        Task taken = sequence.AddAsync(_ => Task.FromException(new InvalidOperationException("ran")), cancellation.Token);
        Task third = sequence.AddAsync(_ =>
        {
            log.Add("third");
            return Task.CompletedTask;
        });

        await cancellation.CancelAsync();
        Assert.That(async () => await taken, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(log, Is.Empty);
        gate.TrySet(true);
        await third;
        await first;
        Assert.That(log, Is.EqualTo(new[] { "first", "third" }));
    }

    [Test]
    public void Disposing_drops_what_waits_and_asks_what_runs_to_give_up()
    {
        var sequence = new Sequence();
        Task first = sequence.AddAsync(token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        Task second = sequence.AddAsync(_ => Task.FromException(new InvalidOperationException("ran")));
        sequence.Dispose();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Steps_added_in_a_process_run_in_it()
    {
        await using var node = new TestNode();
        var probe = node.Spawn(new Probe(node.Manager, "a"));
        using var sequence = new Sequence();
        var gate = new Promise<bool>();
        Task first = sequence.AddAsync(_ => gate.Task);
        Task<bool> second = probe.CallAsync(() => sequence.AddAsync(_ => Task.FromResult(probe.OnProcess)));
        gate.TrySet(true);
        await first;
        Assert.That(await second, Is.True);
    }
}

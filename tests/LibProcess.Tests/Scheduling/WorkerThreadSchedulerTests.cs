using System.Collections.Concurrent;
using LibProcess.Processes;
using LibProcess.Scheduling;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Scheduling;

[CancelAfter(30_000)]
public sealed class WorkerThreadSchedulerTests
{
    [Test]
    public async Task Processes_run_on_the_threads_of_their_node_and_on_no_others()
    {
        var threads = new ConcurrentDictionary<string, bool>();
        await using (var manager = ProcessManager.Start(new ProcessManagerOptions { WorkerThreads = 3 }))
        {
            Probe[] probes = [.. Enumerable.Range(0, 50).Select(number => new Probe(manager, $"p{number}"))];
            foreach (Probe probe in probes)
            {
                manager.Spawn(probe);
            }

            await Task.WhenAll(probes.SelectMany(probe => Enumerable.Range(0, 20).Select(_ => probe.CallAsync(async () =>
            {
                threads[Thread.CurrentThread.Name ?? "?"] = true;
                await Task.Yield();
                threads[Thread.CurrentThread.Name ?? "?"] = true;
            }))));
        }

        Assert.That(threads.Keys, Is.SubsetOf(new[] { "libprocess worker 1", "libprocess worker 2", "libprocess worker 3" }));
    }

    [Test]
    public async Task What_is_scheduled_after_the_end_still_runs()
    {
        var scheduler = new WorkerThreadScheduler(1);
        scheduler.Dispose();
        var item = new Item();
        scheduler.Schedule(item, fair: true);
        await item.Ran.Task;
    }

    [TestCase(0)]
    [TestCase(1025)]
    public void Absurd_numbers_of_threads_are_refused(int threads)
    {
        Assert.That(() => new WorkerThreadScheduler(threads), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private sealed class Item : IThreadPoolWorkItem
    {
        public TaskCompletionSource Ran { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute() => Ran.SetResult();
    }
}

using LibProcess.Processes;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Scheduling;

[CancelAfter(30_000)]
public sealed class TurnThreadTests
{
    [Test]
    public async Task A_process_woken_by_one_that_is_stuck_in_an_event_gets_another_thread([Values(null, 2)] int? threads)
    {
        await using ProcessManager manager = ProcessManager.Start(new ProcessManagerOptions { WorkerThreads = threads });
        var (stuck, woken) = (new Probe(manager, "stuck"), new Probe(manager, "woken"));
        manager.Spawn(stuck);
        manager.Spawn(woken);
        await woken.CallAsync(static () => { });
        using var isAwake = new ManualResetEventSlim();
        Assert.That(
            await stuck.CallAsync(() =>
            {
                woken.Dispatch(isAwake.Set);
                return isAwake.Wait(TimeSpan.FromSeconds(20));
            }),
            Is.True);
    }

    [Test]
    public async Task A_process_woken_by_one_that_has_much_to_do_does_not_wait_for_the_end_of_it()
    {
        await using ProcessManager manager = ProcessManager.Start(new ProcessManagerOptions { WorkerThreads = 2 });
        var (busy, woken) = (new Probe(manager, "busy"), new Probe(manager, "woken"));
        manager.Spawn(busy);
        manager.Spawn(woken);
        await woken.CallAsync(static () => { });
        int left = 200;
        int leftWhenAwake = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        busy.Dispatch(() =>
        {
            for (int i = left; i > 0; i--)
            {
                busy.Dispatch(() =>
                {
                    Thread.SpinWait(10_000);
                    left--;
                });
            }

            busy.Dispatch(done.SetResult);
            woken.Dispatch(() => leftWhenAwake = Volatile.Read(ref left));
        });
        await done.Task;
        await woken.CallAsync(static () => { });
        Assert.That(leftWhenAwake, Is.GreaterThan(0));
    }

    [Test]
    public async Task Two_that_wake_each_other_without_end_leave_the_only_thread_to_others()
    {
        await using ProcessManager manager = ProcessManager.Start(new ProcessManagerOptions { WorkerThreads = 1 });
        Probe[] probes = [.. Enumerable.Range(0, 3).Select(number => new Probe(manager, $"p{number}"))];
        foreach (Probe probe in probes)
        {
            manager.Spawn(probe);
        }

        bool goOn = true;
        void There() => probes[0].Dispatch(Back);
        void Back()
        {
            if (Volatile.Read(ref goOn))
            {
                probes[1].Dispatch(There);
            }
        }

        There();
        for (int i = 0; i < 100; i++)
        {
            await probes[2].CallAsync(static () => { });
        }

        Volatile.Write(ref goOn, false);
    }

    [Test]
    public async Task Most_processes_woken_by_another_run_where_it_ran()
    {
        await using ProcessManager manager = ProcessManager.Start(new ProcessManagerOptions { WorkerThreads = 4 });
        var (first, second) = (new Probe(manager, "first"), new Probe(manager, "second"));
        manager.Spawn(first);
        manager.Spawn(second);
        int same = 0;
        for (int i = 0; i < 200; i++)
        {
            same += await first.CallAsync(async () =>
            {
                int thread = Environment.CurrentManagedThreadId;
                return await second.CallAsync(static () => Environment.CurrentManagedThreadId) == thread;
            }) ? 1 : 0;
        }

        Assert.That(same, Is.GreaterThan(100));
    }
}

using LibProcess.Processes;

namespace LibProcess.Throughput;

/// <summary>Calls into a process: dispatches nobody waits for, or calls whose results are awaited one after the other.</summary>
internal sealed class LocalCalls(bool awaited, long calls) : IWorkload
{
    public string Name => awaited ? "local call, result awaited from outside" : "local dispatch, no result";

    public async Task<long> RunAsync()
    {
        await using ProcessManager node = ProcessManager.Start();
        var target = new Target(node);
        node.Spawn(target);
        if (awaited)
        {
            for (long i = 0; i < calls; i++)
            {
                await target.IncrementAsync();
            }
        }
        else
        {
            for (long i = 0; i < calls; i++)
            {
                target.Increment();
            }
        }

        long counted = await target.CountAsync();
        return counted == calls ? calls : throw new InvalidOperationException($"{counted} of {calls} calls arrived");
    }

    private sealed class Target(ProcessManager manager) : ProcessBase(manager, "target")
    {
        private long count;

        public void Increment() => Dispatch(static state => ((Target)state!).count++, this);

        public Task<long> IncrementAsync() => CallAsync(() => ++count);

        public Task<long> CountAsync() => CallAsync(() => count);
    }
}

using BenchmarkDotNet.Attributes;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Benchmarks;

/// <summary>Messages and calls between processes of one node.</summary>
[MemoryDiagnoser]
public class ProcessBenchmarks
{
    private const int Burst = 100_000;
    private ProcessManager node = null!;
    private Target target = null!;

    [GlobalSetup]
    public void Start()
    {
        node = ProcessManager.Start();
        target = new Target(node);
        node.Spawn(target);
    }

    [GlobalCleanup]
    public async Task Stop() => await node.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Burst)]
    public Task<long> Send_messages()
    {
        for (int i = 0; i < Burst; i++)
        {
            node.Send(UPid.Empty, target.Self, "count");
        }

        return target.CountAsync();
    }

    [Benchmark(OperationsPerInvoke = Burst)]
    public Task<long> Dispatch()
    {
        for (int i = 0; i < Burst; i++)
        {
            target.Increment();
        }

        return target.CountAsync();
    }

    [Benchmark]
    public Task<long> Call_and_await() => target.CountAsync();

    [Benchmark]
    public async Task Spawn_terminate_wait()
    {
        var process = new Target(node, node.Ids.Generate("short"));
        node.Spawn(process);
        process.Terminate();
        await node.WaitAsync(process);
    }

    [Benchmark]
    public void Delay_and_cancel() => target.DelayAndCancel();

    private sealed class Target(ProcessManager manager, string id = "target") : ProcessBase(manager, id)
    {
        private long count;

        public void Increment() => Dispatch(static state => ((Target)state!).count++, this);

        public Task<long> CountAsync() => CallAsync(() => count);

        public void DelayAndCancel() => Delay(TimeSpan.FromMinutes(1), static () => { }).Dispose();

        protected override void Initialize() => Install("count", (_, _) => count++);
    }
}

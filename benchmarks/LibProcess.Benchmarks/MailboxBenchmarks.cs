using BenchmarkDotNet.Attributes;
using LibProcess.Events;
using LibProcess.Scheduling;

namespace LibProcess.Benchmarks;

/// <summary>The queue between processes, without the processes.</summary>
[MemoryDiagnoser]
public class MailboxBenchmarks
{
    private const int Burst = 1000;
    private Mailbox mailbox = new();

    [Benchmark(OperationsPerInvoke = Burst)]
    public int Write_a_burst_then_read_it()
    {
        for (int i = 0; i < Burst; i++)
        {
            mailbox.Enqueue(EventPool.Rent());
        }

        int read = 0;
        while (mailbox.TryDequeue(out _))
        {
            read++;
        }

        return read;
    }
}

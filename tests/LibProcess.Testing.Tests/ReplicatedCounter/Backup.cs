using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>Writes down what the primary has written, in the same order, and says how much it has.</summary>
internal sealed class Backup(ProcessManager manager, CounterLog log, Mistake mistake) : ProcessBase(manager, "backup")
{
    protected override void Initialize() => Install("Append", Append);

    private void Append(UPid primary, ReadOnlyMemory<byte> body)
    {
        Link(primary);
        ReadOnlySpan<int> numbers = Body.Numbers(body);
        var increment = new Increment(numbers[1], numbers[2]);
        bool isNext = numbers[0] == log.Entries.Count;
        if (mistake == Mistake.AppliesOutOfOrder)
        {
            isNext = !log.Contains(increment);
        }

        if (isNext)
        {
            log.Append(increment);
        }

        Send(primary, "Have", Body.Of(log.Entries.Count));
    }
}

using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>Mistakes that can be planted into the counter.</summary>
internal enum Mistake
{
    None,

    /// <summary>The primary answers its client when one backup has the increment, not when both do.</summary>
    AcknowledgesTooEarly,

    /// <summary>A backup takes an increment though one before it was lost with a connection.</summary>
    AppliesOutOfOrder,

    /// <summary>The primary sends an increment to the backups before its own disk has it.</summary>
    WritesTooLate,
}

/// <summary>Takes increments, writes them down, and answers once all backups have them.</summary>
internal sealed class Primary(ProcessManager manager, CounterLog log, IReadOnlyList<UPid> backups, Mistake mistake)
    : ProcessBase(manager, "primary")
{
    private static readonly TimeSpan ResendTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan WriteTime = TimeSpan.FromMilliseconds(1);

    // How many increments each backup is known to have; what it has beyond that it will tell.
    private readonly Dictionary<UPid, int> confirmed = backups.ToDictionary(backup => backup, _ => 0);
    private readonly Dictionary<Increment, UPid> waiting = [];
    private readonly HashSet<Increment> taken = [.. log.Entries];

    protected override void Initialize()
    {
        Install("Increment", Take);
        Install("Have", Confirm);
        foreach (UPid backup in backups)
        {
            Link(backup);
        }

        Resend();
    }

    protected override void Exited(UPid pid)
    {
        if (confirmed.ContainsKey(pid))
        {
            Delay(ResendTime / 10, () =>
            {
                Link(pid);
                SendRest(pid);
            });
        }
    }

    private void Take(UPid client, ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<int> numbers = Body.Numbers(body);
        var increment = new Increment(numbers[0], numbers[1]);
        Link(client);
        waiting[increment] = client;
        if (!taken.Add(increment))
        {
            Answer();
            return;
        }

        int index = taken.Count - 1;
        if (mistake == Mistake.WritesTooLate)
        {
            Delay(WriteTime, () => log.Append(increment));
        }
        else
        {
            log.Append(increment);
        }

        foreach (UPid backup in backups)
        {
            Send(backup, "Append", Body.Of(index, increment.Client, increment.Number));
        }
    }

    private void Confirm(UPid backup, ReadOnlyMemory<byte> body)
    {
        // Old news on an old connection may come after new ones.
        confirmed[backup] = Math.Max(confirmed[backup], Body.Numbers(body)[0]);
        Answer();
    }

    private void Answer()
    {
        int safe = mistake == Mistake.AcknowledgesTooEarly ? confirmed.Values.Max() : confirmed.Values.Min();
        for (int i = 0; i < Math.Min(safe, log.Entries.Count) && waiting.Count > 0; i++)
        {
            Increment increment = log.Entries[i];
            if (waiting.Remove(increment, out UPid? client))
            {
                Send(client, "Done", Body.Of(increment.Number));
            }
        }
    }

    private void Resend()
    {
        foreach (UPid backup in backups)
        {
            SendRest(backup);
        }

        Delay(ResendTime, Resend);
    }

    private void SendRest(UPid backup)
    {
        for (int i = confirmed[backup]; i < log.Entries.Count; i++)
        {
            Send(backup, "Append", Body.Of(i, log.Entries[i].Client, log.Entries[i].Number));
        }
    }
}

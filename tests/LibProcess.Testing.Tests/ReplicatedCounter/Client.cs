using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>What a client knows; it is told to the test, and survives a crash.</summary>
internal sealed class ClientState
{
    /// <summary>How many of its increments were acknowledged.</summary>
    public int Done { get; set; }
}

/// <summary>Increments again and again, one at a time; each until it is acknowledged.</summary>
internal sealed class Client(ProcessManager manager, int number, ClientState state, UPid primary, int increments)
    : ProcessBase(manager, "client")
{
    private static readonly TimeSpan RetryTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(200);

    protected override void Initialize()
    {
        Install("Done", (_, body) => Done(Body.Numbers(body)[0]));
        Link(primary);
        Retry();
    }

    protected override void Exited(UPid pid) => Delay(Random.NextTimeSpan(MaxPause), () =>
    {
        Link(primary);
        Ask();
    });

    private void Done(int which)
    {
        if (which == state.Done)
        {
            state.Done++;
            Delay(Random.NextTimeSpan(MaxPause), Ask);
        }
    }

    private void Ask()
    {
        if (state.Done < increments)
        {
            Send(primary, "Increment", Body.Of(number, state.Done));
        }
    }

    private void Retry()
    {
        Ask();
        Delay(RetryTime * (0.5 + Random.NextDouble()), Retry);
    }
}

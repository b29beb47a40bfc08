using LibProcess.Addressing;
using Mesos.Authentication;

namespace Mesos.Sched;

/// <summary>Proves to the leading master who the framework is, before it subscribes.</summary>
/// <param name="attempts">Tries until there is a verdict.</param>
/// <param name="run">Starts a story of the scheduler process.</param>
/// <param name="fail">Ends the driver with an error.</param>
/// <remarks>Upstream: <c>authenticate</c> and <c>_authenticate</c> in src/sched/sched.cpp.</remarks>
internal sealed class MasterAuthentication(ReliableAuthentication attempts, Action<Func<Task>> run, Action<string> fail)
{
    private CancellationTokenSource? current;

    /// <summary>Begins; whatever was under way with another master ends.</summary>
    public void Start(UPid master, Action accepted)
    {
        Cancel();
        var mine = new CancellationTokenSource();
        current = mine;
        run(() => RunAsync(master, accepted, mine));
    }

    public void Cancel()
    {
        current?.Cancel();
        current = null;
    }

    private async Task RunAsync(UPid master, Action accepted, CancellationTokenSource mine)
    {
        using CancellationTokenSource ended = mine;
        bool isAccepted;
        try
        {
            isAccepted = await attempts.RunAsync(master, mine.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (current != mine)
        {
            return;
        }

        current = null;
        if (isAccepted)
        {
            accepted();
        }
        else
        {
            fail("Master refused authentication");
        }
    }
}

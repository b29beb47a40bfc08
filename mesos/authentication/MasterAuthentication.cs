using LibProcess.Addressing;

namespace Mesos.Authentication;

/// <summary>Proves to the leading master who a scheduler or an agent is, before it says anything else.</summary>
/// <param name="attempts">Tries until there is a verdict.</param>
/// <param name="run">Starts a story of the process that is to be trusted.</param>
/// <param name="fail">Ends that process with a reason: the master has refused.</param>
/// <remarks>
/// Upstream: <c>authenticate</c> and <c>_authenticate</c> in src/sched/sched.cpp and src/slave/slave.cpp. Called inside that process
/// only.
/// </remarks>
public sealed class MasterAuthentication(ReliableAuthentication attempts, Action<Func<Task>> run, Action<string> fail)
{
    private CancellationTokenSource? current;

    /// <summary>Begins; whatever was under way with another master ends.</summary>
    /// <param name="master">Whom to convince.</param>
    /// <param name="accepted">What comes next.</param>
    public void Start(UPid master, Action accepted)
    {
        ArgumentNullException.ThrowIfNull(accepted);
        Cancel();
        var mine = new CancellationTokenSource();
        current = mine;
        run(() => RunAsync(master, accepted, mine));
    }

    /// <summary>Gives up what is under way.</summary>
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
            current = current == mine ? null : current;
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

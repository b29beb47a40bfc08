using LibProcess.Addressing;
using LibProcess.Net;

namespace LibProcess.Testing.Simulation.Network;

/// <summary>A connect under way: it arrives, is accepted or refused, or waits for a host that does not answer.</summary>
internal sealed class ConnectAttempt
{
    // Completed in steps of the network only, outside of any process; so who waits without a context goes on right there.
    private readonly TaskCompletionSource<IConnection> result = new(TaskCreationOptions.None);

    public ConnectAttempt(NodeLife from, NetworkAddress to)
    {
        From = from;
        To = to;
    }

    public NodeLife From { get; }

    public NetworkAddress To { get; }

    public Agenda.Entry? Timeout { get; set; }

    public bool IsOver => result.Task.IsCompleted || !From.IsAlive;

    public Task<IConnection> Task => result.Task;

    public void Succeed(IConnection connection)
    {
        Timeout?.Cancel();
        result.TrySetResult(connection);
    }

    public void Fail(string reason)
    {
        Timeout?.Cancel();
        result.TrySetException(new IOException($"cannot connect to {To}: {reason}"));
    }

    public void Cancel(CancellationToken cancellation)
    {
        Timeout?.Cancel();
        result.TrySetCanceled(cancellation);
    }
}

using LibProcess.Addressing;
using LibProcess.Time;
using Mesos.Authentication;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Frameworks;

/// <summary>Schedulers and agents that prove who they are, and who has.</summary>
/// <remarks>
/// Upstream: <c>Master::authenticate</c>, <c>_authenticate</c> and <c>validateFrameworkAuthentication</c> in src/master/master.cpp.
/// Principals belong to processes, not to nodes, and are forgotten when the connection to them breaks.
/// </remarks>
internal sealed class PeerAuthentication(IMasterContext context, IAuthenticator authenticator)
{
    /// <summary>Messages of one peer that wait for its verdict; a peer that keeps to the rules sends none.</summary>
    private const int MaxParked = 16;

    private readonly Dictionary<UPid, Attempt> attempts = [];
    private readonly Dictionary<UPid, string> principals = [];

    /// <summary>Somebody wants to prove something: what was proven before no longer counts, and an attempt under way ends.</summary>
    public void OnAuthenticate(UPid from, AuthenticateMessage message)
    {
        context.Metrics.MessagesAuthenticate.Increment();
        if (!UPid.TryParse(message.Pid, out UPid pid) || !pid.IsValid)
        {
            context.Logger.AuthenticationIgnored(from, message.Pid);
            return;
        }

        principals.Remove(pid);
        if (attempts.Remove(pid, out Attempt? other))
        {
            other.Cancel();
        }

        var attempt = new Attempt();
        attempts.Add(pid, attempt);
        context.Run(() => RunAsync(pid, from, attempt), nameof(OnAuthenticate));
    }

    /// <summary>Handles a message now, or after the verdict on its sender; where there is none it is lost, and the sender repeats it.</summary>
    public void AfterVerdict(UPid from, Action handle)
    {
        if (!attempts.TryGetValue(from, out Attempt? attempt))
        {
            handle();
        }
        else if (attempt.Parked.Count < MaxParked)
        {
            attempt.Parked.Add(handle);
        }
    }

    /// <summary>Whether a framework may subscribe.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? CheckFramework(UPid from, FrameworkInfo info)
    {
        bool isProven = principals.TryGetValue(from, out string? principal);
        if (!isProven && context.Options.AuthenticateFrameworks)
        {
            return $"Framework at {from} is not authenticated";
        }

        return isProven && info.HasPrincipal && info.Principal != principal
            ? $"Framework principal '{info.Principal}' does not match authenticated principal '{principal}'"
            : null;
    }

    /// <summary>A framework that does not say who it is gets the principal it has proven.</summary>
    public void FillIn(UPid from, FrameworkInfo info)
    {
        if (!info.HasPrincipal && principals.TryGetValue(from, out string? principal))
        {
            info.Principal = principal;
        }
    }

    /// <summary>Whether an agent may register.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? CheckAgent(UPid from) =>
        context.Options.AuthenticateAgents && !principals.ContainsKey(from) ? "it is not authenticated" : null;

    /// <summary>The connection to a peer broke: whoever comes back from there proves anew who it is.</summary>
    public void Forget(UPid pid) => principals.Remove(pid);

    /// <summary>Who a peer has proven to be; null where it has not proven anything.</summary>
    public string? PrincipalOf(UPid pid) => principals.GetValueOrDefault(pid);

    private async Task RunAsync(UPid pid, UPid from, Attempt attempt)
    {
        using Attempt ended = attempt;
        bool hasVerdict = false;
        string? principal = null;
        try
        {
            using ProcessTimer timer = context.Delay(context.Options.AuthenticationTimeout, attempt.Cancel, nameof(OnAuthenticate));
            principal = await authenticator.AuthenticateAsync(from, attempt.Token);
            hasVerdict = true;
        }
        catch (Exception exception) when (exception is AuthenticationErrorException or OperationCanceledException)
        {
            context.Logger.AuthenticationFailed(pid, exception.Message);
        }

        if (!attempts.TryGetValue(pid, out Attempt? current) || current != attempt)
        {
            // Another attempt has taken its place.
            return;
        }

        attempts.Remove(pid);
        if (principal is not null)
        {
            principals[pid] = principal;
            context.Link(pid);
            context.Logger.Authenticated(pid, principal);
        }

        foreach (Action handle in hasVerdict ? attempt.Parked : [])
        {
            handle();
        }
    }

    private sealed class Attempt : IDisposable
    {
        private readonly CancellationTokenSource cancellation = new();

        public CancellationToken Token => cancellation.Token;

        public List<Action> Parked { get; } = [];

        public void Cancel() => cancellation.Cancel();

        public void Dispose() => cancellation.Dispose();
    }
}

using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication;

/// <summary>Tries to convince a master until there is a verdict.</summary>
/// <param name="manager">The node of the process that is to be trusted: its time and chance.</param>
/// <param name="authenticatee">Makes the single attempts.</param>
/// <param name="client">The process that is to be trusted.</param>
/// <param name="credential">What it knows.</param>
/// <param name="backoff">How long single attempts are waited for.</param>
/// <remarks>Upstream: <c>authenticate</c> in src/sched/sched.cpp and src/slave/slave.cpp. After a failure the next attempt follows at once.</remarks>
public sealed partial class ReliableAuthentication(
    ProcessManager manager, IAuthenticatee authenticatee, UPid client, Credential credential, AuthenticationBackoff backoff)
{
    private readonly ILogger logger = manager.LoggerFactory.CreateLogger<ReliableAuthentication>();

    /// <summary>Goes on until the master has accepted or refused. Called inside a process it stays there.</summary>
    /// <param name="master">Whom to convince.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether the master accepted.</returns>
    /// <exception cref="OperationCanceledException">It was given up, or the node is stopping.</exception>
    public async Task<bool> RunAsync(UPid master, CancellationToken cancellation)
    {
        for (TimeSpan bound = backoff.First; ; bound = backoff.Next(bound))
        {
            cancellation.ThrowIfCancellationRequested();
            if (manager.IsStopping)
            {
                throw new OperationCanceledException("The node is stopping");
            }

            TimeSpan wait = backoff.Min + manager.Random.NextTimeSpan(bound - backoff.Min);
            using var timeout = new CancellationTokenSource(wait, manager.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            try
            {
                return await authenticatee.AuthenticateAsync(master, client, credential, either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                LogTimedOut(master, wait);
            }
            catch (AuthenticationErrorException exception)
            {
                LogFailed(master, exception.Message);
            }
        }
    }

    [LoggerMessage(6202, LogLevel.Warning, "{Master} did not answer within {Wait} whether it accepts the authentication; trying again")]
    private partial void LogTimedOut(UPid master, TimeSpan wait);

    [LoggerMessage(6203, LogLevel.Warning, "The authentication with {Master} came to nothing, trying again: {Reason}")]
    private partial void LogFailed(UPid master, string reason);
}

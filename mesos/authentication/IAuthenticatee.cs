using LibProcess.Addressing;
using Mesos.Proto;

namespace Mesos.Authentication;

/// <summary>The side that proves who it is.</summary>
/// <remarks>Upstream: include/mesos/authentication/authenticatee.hpp.</remarks>
public interface IAuthenticatee
{
    /// <summary>Makes one attempt. Any thread.</summary>
    /// <param name="master">Whom to convince.</param>
    /// <param name="client">The process that will be trusted.</param>
    /// <param name="credential">Its principal and secret.</param>
    /// <param name="cancellation">Gives the attempt up; there is no time limit of its own.</param>
    /// <returns>Whether the master accepted; false where it refused.</returns>
    /// <exception cref="AuthenticationErrorException">There was no verdict; another attempt may have one.</exception>
    /// <exception cref="OperationCanceledException">The attempt was given up.</exception>
    Task<bool> AuthenticateAsync(UPid master, UPid client, Credential credential, CancellationToken cancellation);
}

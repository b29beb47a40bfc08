using LibProcess.Addressing;

namespace Mesos.Authentication;

/// <summary>The side that lets others prove who they are.</summary>
/// <remarks>Upstream: include/mesos/authentication/authenticator.hpp.</remarks>
public interface IAuthenticator : IAsyncDisposable
{
    /// <summary>Holds one conversation. Any thread.</summary>
    /// <param name="authenticatee">Who asked for it: the sender of the <c>AuthenticateMessage</c>.</param>
    /// <param name="cancellation">Gives the conversation up; there is no time limit of its own.</param>
    /// <returns>The principal that was proven, or null where the other side was refused.</returns>
    /// <exception cref="AuthenticationErrorException">There was no verdict.</exception>
    /// <exception cref="OperationCanceledException">The conversation was given up.</exception>
    Task<string?> AuthenticateAsync(UPid authenticatee, CancellationToken cancellation);
}

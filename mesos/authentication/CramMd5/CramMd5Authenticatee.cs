using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication.CramMd5;

/// <summary>Proves the knowledge of a secret to a master with CRAM-MD5.</summary>
/// <param name="manager">The node from which it is done. Its address must be reachable for the master.</param>
/// <remarks>
/// Upstream: src/authentication/cram_md5/authenticatee.cpp. Each attempt is a process <c>crammd5-authenticatee(N)</c> of its own.
/// Any thread.
/// </remarks>
public sealed partial class CramMd5Authenticatee(ProcessManager manager) : IAuthenticatee
{
    private readonly ILogger logger = manager.LoggerFactory.CreateLogger<CramMd5Authenticatee>();

    /// <inheritdoc/>
    public Task<bool> AuthenticateAsync(UPid master, UPid client, Credential credential, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(master);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(credential);
        if (!credential.HasSecret)
        {
            LogNoSecret(logger, credential.Principal);
            return Task.FromResult(false);
        }

        var attempt = new CramMd5AuthenticateeProcess(manager, master, client, credential);
        manager.Spawn(attempt);
        return attempt.VerdictAsync(cancellation);
    }

    [LoggerMessage(6211, LogLevel.Warning, "The credential of '{Principal}' has no secret, and CRAM-MD5 needs one: authentication failed")]
    private static partial void LogNoSecret(ILogger logger, string principal);
}

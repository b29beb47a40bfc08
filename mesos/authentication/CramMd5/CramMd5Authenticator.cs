using System.Net;
using System.Text;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Authentication.CramMd5;

/// <summary>Lets frameworks and agents prove the knowledge of their secrets with CRAM-MD5.</summary>
/// <remarks>
/// Upstream: src/authentication/cram_md5/authenticator.cpp. A process <c>crammd5-authenticator(N)</c> with one
/// <c>crammd5-authenticator-session(N)</c> per conversation. Any thread.
/// </remarks>
public sealed partial class CramMd5Authenticator : IAuthenticator
{
    private readonly CramMd5AuthenticatorProcess process;
    private readonly ProcessManager manager;

    /// <summary>Starts it.</summary>
    /// <param name="manager">The node of the master.</param>
    /// <param name="credentials">Who is known; of several entries with one principal the last counts, those without a
    /// secret do not. Null: everybody is refused.</param>
    /// <param name="hostName">The name of this machine in challenges, or null to ask the machine.</param>
    public CramMd5Authenticator(ProcessManager manager, Credentials? credentials, string? hostName = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        this.manager = manager;
        if (credentials is null)
        {
            LogNoCredentials(manager.LoggerFactory.CreateLogger<CramMd5Authenticator>());
        }

        Dictionary<string, byte[]> secrets = new(StringComparer.Ordinal);
        foreach (Credential credential in credentials?.Credentials_ ?? [])
        {
            // Without a secret anybody could answer for the principal.
            if (credential.Secret.Length > 0)
            {
                secrets[credential.Principal] = Encoding.UTF8.GetBytes(credential.Secret);
            }
        }

        process = new CramMd5AuthenticatorProcess(manager, secrets, hostName ?? Dns.GetHostName());
        manager.Spawn(process);
    }

    /// <inheritdoc/>
    public Task<string?> AuthenticateAsync(UPid authenticatee, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(authenticatee);
        return process.AuthenticateAsync(authenticatee, cancellation);
    }

    /// <summary>Ends all conversations without a verdict.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Terminate();
        await manager.WaitAsync(process).ConfigureAwait(false);
    }

    [LoggerMessage(6221, LogLevel.Warning, "No credentials are given: everybody who wants to authenticate will be refused")]
    private static partial void LogNoCredentials(ILogger logger);
}

using LibProcess.Addressing;
using LibProcess.Processes;

namespace Mesos.Authentication.CramMd5;

/// <summary>Opens the conversations of a master and keeps them apart.</summary>
/// <remarks>Upstream: <c>CRAMMD5AuthenticatorProcess</c> in src/authentication/cram_md5/authenticator.cpp.</remarks>
internal sealed class CramMd5AuthenticatorProcess(ProcessManager manager, IReadOnlyDictionary<string, byte[]> secrets, string hostName)
    : ProcessBase(manager, manager.Ids.Generate("crammd5-authenticator"))
{
    private readonly Dictionary<UPid, CramMd5SessionProcess> sessions = [];

    public Task<string?> AuthenticateAsync(UPid authenticatee, CancellationToken cancellation) =>
        CallAsync(() => ConverseAsync(authenticatee, cancellation));

    protected override void OnTerminate()
    {
        foreach (CramMd5SessionProcess session in sessions.Values)
        {
            session.Terminate();
        }
    }

    private async Task<string?> ConverseAsync(UPid authenticatee, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (sessions.ContainsKey(authenticatee))
        {
            throw new AuthenticationErrorException("Authentication session already active");
        }

        var session = new CramMd5SessionProcess(Manager, authenticatee, secrets, hostName);
        sessions.Add(authenticatee, session);
        Manager.Spawn(session);
        try
        {
            return await session.VerdictAsync(cancellation);
        }
        finally
        {
            sessions.Remove(authenticatee);
        }
    }
}

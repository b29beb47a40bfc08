using LibProcess.Http.Authentication;
using LibProcess.Processes;

namespace Mesos.Slave.Http;

/// <summary>The realms of an agent's routes, and who is let in.</summary>
/// <remarks>Upstream: src/slave/constants.hpp and <c>initializeHttpAuthenticators</c> in src/common/http.cpp.</remarks>
internal static class HttpRealms
{
    /// <summary>Routes that only show something.</summary>
    public const string ReadOnly = "mesos-agent-readonly";

    /// <summary>Routes that change something.</summary>
    public const string ReadWrite = "mesos-agent-readwrite";

    /// <summary>Lets only those into the realms that the options ask to protect who know a secret.</summary>
    public static void Protect(ProcessManager manager, SlaveOptions options)
    {
        Protect(manager, ReadOnly, options.AuthenticateHttpReadOnly, options.HttpCredentials);
        Protect(manager, ReadWrite, options.AuthenticateHttpReadWrite, options.HttpCredentials);
    }

    private static void Protect(ProcessManager manager, string realm, bool asked, Credentials? credentials)
    {
        if (asked)
        {
            // The last of several secrets counts, as in the original. Without credentials nobody gets in.
            Dictionary<string, string> secrets = new(StringComparer.Ordinal);
            foreach (Credential credential in credentials?.Credentials_ ?? [])
            {
                secrets[credential.Principal] = credential.Secret;
            }

            manager.Authenticators.Set(realm, new BasicAuthenticator(realm, secrets));
        }
    }
}

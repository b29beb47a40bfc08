using LibProcess.Addressing;
using Mesos.Proto.Internal;

namespace Mesos.Master.Frameworks;

/// <summary>Schedulers and agents that want to prove who they are. No authenticator is built yet, and they are told.</summary>
/// <remarks>Upstream: <c>Master::authenticate</c> in src/master/master.cpp, the case without an authenticator.</remarks>
internal sealed class Authentication(IMasterContext context)
{
    public void OnAuthenticate(UPid from, AuthenticateMessage message)
    {
        context.Metrics.MessagesAuthenticate.Increment();
        context.Send(from, new AuthenticationErrorMessage { Error = "No authenticator loaded" });
    }
}

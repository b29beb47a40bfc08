using System.Collections.Concurrent;
using Mesos.Common.Authorization;
using Request = Mesos.Proto.Authorization.Request;

namespace Mesos.Master.Tests.Peers;

/// <summary>Permits what a rule of the test permits, at once, and remembers what it was asked.</summary>
public sealed class RuleAuthorizer : IAuthorizer
{
    public Func<Request, bool> Permits { get; set; } = _ => true;

    public ConcurrentQueue<Request> Asked { get; } = new();

    public ValueTask<bool> IsAuthorizedAsync(Request request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request.Clone());
        return ValueTask.FromResult(Permits(request));
    }
}

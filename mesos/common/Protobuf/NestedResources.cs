using Google.Protobuf;
using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Visits every resource inside a message, however deep, in the order of the fields' declaration.</summary>
/// <remarks>Upstream: <c>convertResourcesImpl</c> in src/common/resources_utils.cpp.</remarks>
internal static class NestedResources
{
    /// <summary>Calls <paramref name="visit"/> until it answers false; the answer says whether all were visited.</summary>
    /// <exception cref="ArgumentException">The message is not one of Mesos.</exception>
    public static bool Visit(IMessage message, Func<Resource, bool> visit)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is not IWireMessage root)
        {
            throw new ArgumentException("Not a message of Mesos", nameof(message));
        }

        // Nothing holds a resource below a resource. One delegate serves the whole walk.
        Func<IWireMessage, bool> go = null!;
        go = at => at is Resource resource ? visit(resource) : at.VisitMessages(go);
        return go(root);
    }
}

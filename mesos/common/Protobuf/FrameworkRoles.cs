using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Which roles a framework is in.</summary>
/// <remarks>Upstream: <c>protobuf::framework::getRoles</c> in src/common/protobuf_utils.cpp.</remarks>
public static class FrameworkRoles
{
    /// <summary>The roles, each once, in order: <c>roles</c> with MULTI_ROLE, else the one <c>role</c>.</summary>
    public static IReadOnlyList<string> Of(FrameworkInfo framework) =>
        FrameworkCapabilities.Of(framework).MultiRole ? [.. framework.Roles.Distinct(StringComparer.Ordinal)] : [framework.Role];
}

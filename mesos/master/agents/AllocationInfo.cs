using Google.Protobuf.Collections;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Says to which role the resources of tasks are allocated where an older agent does not.</summary>
/// <remarks>
/// Upstream: <c>injectAllocationInfo</c> in src/master/master.cpp, which ends on a framework with several roles; here the
/// re-registration is refused.
/// </remarks>
internal static class AllocationInfo
{
    /// <returns>Null, or why the role of some resources cannot be told. Frameworks have been checked to be there.</returns>
    public static string? Inject(ReregisterSlaveMessage message)
    {
        Dictionary<string, FrameworkInfo> frameworks = message.Frameworks.ToDictionary(info => info.Id.Value, StringComparer.Ordinal);
        return message.Tasks
            .Select(task => Inject(task.Resources, frameworks[task.FrameworkId.Value]))
            .Concat(message.ExecutorInfos.Select(executor => Inject(executor.Resources, frameworks[executor.FrameworkId.Value])))
            .FirstOrDefault(error => error is not null);
    }

    private static string? Inject(RepeatedField<Resource> resources, FrameworkInfo framework)
    {
        IReadOnlySet<string> roles = Framework.RolesOf(framework);
        foreach (Resource resource in resources.Where(resource => resource.AllocationInfo is not { HasRole: true }))
        {
            if (roles.Count != 1)
            {
                return $"it does not say to which role resources of framework {framework.Id.Value} are allocated";
            }

            resource.AllocationInfo = new Resource.Types.AllocationInfo { Role = roles.First() };
        }

        return null;
    }
}

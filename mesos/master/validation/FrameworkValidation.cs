using Mesos.Common.Protobuf;
using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Validation;

/// <summary>Rules for the description of a framework. Every rule answers null when it is kept, else the text for the scheduler.</summary>
/// <remarks>Upstream: <c>framework</c> in src/master/validation.cpp, and <c>Master::validateFramework</c>.</remarks>
internal static class FrameworkValidation
{
    // Durations are counted in nanoseconds, which leaves about 292 years.
    private const double MaxSeconds = long.MaxValue / 1e9;

    private static readonly Func<FrameworkInfo, string?>[] Rules = [ValidateRoles, ValidateId, ValidateOfferFilters, ValidateFailoverTimeout];

    /// <summary>What is wrong with a description, whoever sent it.</summary>
    public static string? Validate(FrameworkInfo info) => Rules.Select(rule => rule(info)).FirstOrDefault(error => error is not null);

    /// <summary>What is wrong with a description at this master.</summary>
    public static string? Validate(FrameworkInfo info, MasterOptions options, FrameworkTable frameworks)
    {
        if (Validate(info) is { } error)
        {
            return error;
        }

        if (options.Roles is { } allowed)
        {
            string[] refused = [.. Framework.RolesOf(info).Where(role => role != RoleNames.Default && !allowed.Contains(role))];
            if (refused.Length > 0)
            {
                return $"Roles {Braced(refused)} are not present in the master's --roles";
            }
        }

        if (info.User == "root" && !options.RootSubmissions)
        {
            return "User 'root' is not allowed to run frameworks without --root_submissions set";
        }

        return info.Id is { } id && frameworks.Completed.Contains(id.Value) ? "Framework has been removed" : null;
    }

    /// <summary>What may not change between two subscriptions.</summary>
    public static string? ValidateUpdate(FrameworkInfo old, FrameworkInfo updated)
    {
        if (old.HasPrincipal != updated.HasPrincipal || old.Principal != updated.Principal)
        {
            return "Changing framework's principal is not allowed.";
        }

        if (old.User != updated.User)
        {
            return $"Updating 'FrameworkInfo.user' is unsupported; attempted to update from '{old.User}' to '{updated.User}'";
        }

        return old.Checkpoint != updated.Checkpoint
            ? "Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update"
                + $" from '{Text(old.Checkpoint)}' to '{Text(updated.Checkpoint)}'"
            : null;
    }

    /// <summary>A new subscription keeps what may not change, without an error.</summary>
    public static void PreserveImmutableFields(FrameworkInfo old, FrameworkInfo updated)
    {
        updated.User = old.User;
        if (updated.Checkpoint != old.Checkpoint)
        {
            updated.Checkpoint = old.Checkpoint;
        }
    }

    /// <summary>Whether what is said about roles is about roles of the framework.</summary>
    public static string? ValidateOptions(FrameworkInfo info, IEnumerable<string> suppressedRoles, OfferConstraints? constraints)
    {
        IReadOnlySet<string> roles = Framework.RolesOf(info);
        string[] unknown = [.. suppressedRoles.Where(role => !roles.Contains(role)).Distinct().Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            return $"Suppressed roles {Braced(unknown)} are not contained in the set of roles";
        }

        if (constraints is null)
        {
            return null;
        }

        string? unknownConstraint = constraints.RoleConstraints.Keys.FirstOrDefault(role => !roles.Contains(role));
        if (unknownConstraint is not null)
        {
            return $"Offer constraints specify `role_constraints` for a role '{unknownConstraint}'not contained in the set of roles";
        }

        return OfferConstraintsFilter.TryCreate(constraints, out string? error) is null ? $"Offer constraints are not valid: {error}" : null;
    }

    private static string? ValidateRoles(FrameworkInfo info)
    {
        if (!FrameworkCapabilities.Of(info).MultiRole)
        {
            return info.Roles.Count > 0 ? "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"
                : RoleNames.Validate(info.Role) is { } problem ? $"'FrameworkInfo.role' is not a valid role: {problem}"
                : null;
        }

        if (info.HasRole)
        {
            return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
        }

        string[] duplicates = [.. info.Roles.GroupBy(role => role).Where(group => group.Count() > 1).Select(group => group.Key)];
        if (duplicates.Length > 0)
        {
            return $"'FrameworkInfo.roles' contains duplicate items: {Braced(duplicates)}";
        }

        return RoleNames.Validate(info.Roles) is { } invalid ? $"'FrameworkInfo.roles' contains invalid role: {invalid}" : null;
    }

    private static string? ValidateId(FrameworkInfo info) =>
        string.IsNullOrEmpty(info.Id?.Value) ? null : IdRules.Validate(info.Id.Value);

    private static string? ValidateOfferFilters(FrameworkInfo info)
    {
        foreach ((_, OfferFilters filters) in info.OfferFilters)
        {
            if (filters.MinAllocatableResources is { } minimum
                && minimum.Quantities.Any(quantities => quantities.Quantities.Values.Any(value => !(value.Value >= 0))))
            {
                return "Invalid resource quantity in 'min_allocatable_resources': amounts must not be negative";
            }
        }

        return null;
    }

    private static string? ValidateFailoverTimeout(FrameworkInfo info) =>
        Math.Abs(info.FailoverTimeout) <= MaxSeconds
            ? null
            : $"The framework failover_timeout ({info.FailoverTimeout:R}) is invalid";

    private static string Braced(IEnumerable<string> items) => $"{{ {string.Join(", ", items)} }}";

    private static string Text(bool value) => value ? "true" : "false";
}

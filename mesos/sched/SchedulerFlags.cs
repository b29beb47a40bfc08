using Mesos.Common.Flags;
using Mesos.Common.Values;

namespace Mesos.Sched;

/// <summary>What the driver reads from variables that start with <c>MESOS_</c>.</summary>
/// <remarks>Upstream: src/sched/flags.hpp.</remarks>
internal static class SchedulerFlags
{
    public static readonly FlagTable Table = new("scheduler driver");

    public static readonly Flag<TimeSpan> RegistrationBackoffFactor = Table.Duration(
        "registration_backoff_factor",
        "2secs",
        "upper end of the random wait before the first repetition of a registration; doubles with each one, up to 1 minute or a tenth of the failover timeout")
        .Check(value => value < TimeSpan.Zero ? "expected a duration that is not negative" : null);

    public static readonly Flag<string?> Modules = Table
        .OptionalText("modules", "modules to load")
        .NotBuilt("loadable modules are not built");

    public static readonly Flag<string?> ModulesDir = Table
        .OptionalPath("modules_dir", "directory of module manifests")
        .NotBuilt("loadable modules are not built");

    public static readonly Flag<string> Authenticatee = Table
        .Text("authenticatee", "crammd5", "how the framework authenticates")
        .NotBuilt("only the built-in authenticatee exists");

    public static readonly Flag<TimeSpan> AuthenticationBackoffFactor = Table.Duration(
        "authentication_backoff_factor",
        "1secs",
        "how much longer each repetition of the authentication may take at first; doubles with each one");

    public static readonly Flag<TimeSpan> AuthenticationTimeoutMin = Table
        .Duration("authentication_timeout_min", "5secs", "shortest time an authentication is waited for")
        .DeprecatedAlias("authentication_timeout");

    public static readonly Flag<TimeSpan> AuthenticationTimeoutMax = Table.Duration(
        "authentication_timeout_max",
        "1mins",
        "longest time an authentication is waited for");

    static SchedulerFlags() => Table.Check(static values => values.Get(AuthenticationTimeoutMin) > values.Get(AuthenticationTimeoutMax)
        ? $"Value '{Duration.FromTimeSpan(values.Get(AuthenticationTimeoutMin))}' of flag --authentication_timeout_min is not accepted: " +
            $"it is more than --authentication_timeout_max={Duration.FromTimeSpan(values.Get(AuthenticationTimeoutMax))}"
        : null);
}

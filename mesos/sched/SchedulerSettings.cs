using Mesos.Authentication;
using Mesos.Common.Flags;
using Mesos.Proto;

namespace Mesos.Sched;

/// <summary>What the scheduler process is told once.</summary>
/// <param name="RegistrationBackoffFactor">Upper end of the random wait before the first repetition of a registration.</param>
/// <param name="ImplicitAcknowledgements">Whether the return of a callback acknowledges the update.</param>
/// <param name="Credential">What the framework proves to masters, or null.</param>
/// <param name="AuthenticationBackoff">How long proofs are waited for.</param>
internal sealed record SchedulerSettings(
    TimeSpan RegistrationBackoffFactor, bool ImplicitAcknowledgements, Credential? Credential, AuthenticationBackoff AuthenticationBackoff)
{
    public static SchedulerSettings From(FlagValues flags, SchedulerDriverOptions options) =>
        new(
            flags.Get(SchedulerFlags.RegistrationBackoffFactor),
            options.ImplicitAcknowledgements,
            options.Credential,
            new AuthenticationBackoff(
                flags.Get(SchedulerFlags.AuthenticationBackoffFactor),
                flags.Get(SchedulerFlags.AuthenticationTimeoutMin),
                flags.Get(SchedulerFlags.AuthenticationTimeoutMax)));
}

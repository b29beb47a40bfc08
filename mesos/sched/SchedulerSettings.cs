using Mesos.Common.Flags;

namespace Mesos.Sched;

/// <summary>What the scheduler process is told once.</summary>
/// <param name="RegistrationBackoffFactor">Upper end of the random wait before the first repetition of a registration.</param>
/// <param name="ImplicitAcknowledgements">Whether the return of a callback acknowledges the update.</param>
internal sealed record SchedulerSettings(TimeSpan RegistrationBackoffFactor, bool ImplicitAcknowledgements)
{
    public static SchedulerSettings From(FlagValues flags, SchedulerDriverOptions options) =>
        new(flags.Get(SchedulerFlags.RegistrationBackoffFactor), options.ImplicitAcknowledgements);
}

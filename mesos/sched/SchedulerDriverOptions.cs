using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Proto;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Sched;

/// <summary>How a <see cref="MesosSchedulerDriver"/> behaves. The defaults suit most frameworks.</summary>
/// <remarks>Upstream: the constructors of <c>MesosSchedulerDriver</c> and src/sched/flags.hpp.</remarks>
public sealed record SchedulerDriverOptions
{
    /// <summary>
    /// Whether an update counts as received when <see cref="IScheduler.StatusUpdate"/> returns. Default: yes. Switch it off to
    /// acknowledge updates after they are stored.
    /// </summary>
    public bool ImplicitAcknowledgements { get; init; } = true;

    /// <summary>Roles for which no offers are wanted at first. Default: none.</summary>
    public IReadOnlyCollection<string> SuppressedRoles { get; init; } = [];

    /// <summary>Which agents may be offered to which role at first; null, the default, is no constraint.</summary>
    public Proto.Scheduler.OfferConstraints? OfferConstraints { get; init; }

    /// <summary>
    /// Who the framework is, proven to every master before the driver subscribes, with CRAM-MD5; null, the default, for nobody. A
    /// master that refuses ends the driver with an error.
    /// </summary>
    public Credential? Credential { get; init; }

    /// <summary>
    /// Finds the master instead of what the driver's argument says, which then means nothing; it stays with its owner. Default:
    /// none.
    /// </summary>
    public IMasterDetector? Detector { get; init; }

    /// <summary>
    /// The node on which the driver runs and which its owner ends after the driver; null, the default, gives the driver one of
    /// its own, made from the <c>LIBPROCESS_*</c> variables.
    /// </summary>
    public ProcessManager? Manager { get; init; }

    /// <summary>
    /// Where <c>MESOS_*</c> settings such as <c>MESOS_REGISTRATION_BACKOFF_FACTOR</c>, and the <c>LIBPROCESS_*</c> variables, are
    /// read from; null, the default, is the environment of the program.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Logs of a driver that has its own node; one with a <see cref="Manager"/> logs where that does. Default: none.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}

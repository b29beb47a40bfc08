using LibProcess.Processes;
using Microsoft.Extensions.Logging;

namespace Mesos.Exec;

/// <summary>Sees to it that a shutdown ends in time, whatever the executor does meanwhile.</summary>
/// <remarks>A process of its own, because the executor's ends when the driver is stopped. Upstream: <c>ShutdownProcess</c> in src/exec/exec.cpp.</remarks>
internal sealed partial class ShutdownGuardProcess : ProcessBase
{
    private readonly TimeSpan gracePeriod;
    private readonly Action kill;
    private readonly ILogger logger;

    public ShutdownGuardProcess(ProcessManager manager, TimeSpan gracePeriod, Action kill)
        : base(manager, manager.Ids.Generate("exec-shutdown"))
    {
        (this.gracePeriod, this.kill) = (gracePeriod, kill);
        logger = CreateLogger<ShutdownGuardProcess>();
    }

    protected override void Initialize()
    {
        LogArmed(gracePeriod);
        Delay(gracePeriod, Kill);
    }

    private void Kill()
    {
        LogKilling(gracePeriod);
        kill();
    }

    [LoggerMessage(5002, LogLevel.Debug, "Scheduled the end of the executor's process group in {GracePeriod}")]
    private partial void LogArmed(TimeSpan gracePeriod);

    [LoggerMessage(5003, LogLevel.Warning, "The shutdown took longer than {GracePeriod}: killing the process group")]
    private partial void LogKilling(TimeSpan gracePeriod);
}

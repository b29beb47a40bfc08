using LibProcess.Addressing;
using Mesos.Slave.Run;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Frameworks;

/// <summary>Schedulers that have moved or changed.</summary>
/// <remarks>Upstream: <c>Slave::updateFramework</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class FrameworkUpdates(SlaveContext context, ITaskStatusUpdateManager updates)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master tells where a scheduler is now; what it has not acknowledged is sent again.</summary>
    public void Update(UPid from, UpdateFrameworkMessage message)
    {
        string frameworkId = message.FrameworkId.Value;
        if (state.Phase != SlavePhase.Running || from != state.Master)
        {
            context.Metrics.DroppedMessages.Increment();
            LogIgnoring(frameworkId, from);
            return;
        }

        if (state.FindFramework(frameworkId) is not { IsTerminating: false } framework)
        {
            return;
        }

        FrameworkInfo? info = message.FrameworkInfo;
        if (info is not null && info.Id?.Value != frameworkId)
        {
            info.Id = new FrameworkID { Value = frameworkId };
        }

        framework.Update(info, LaunchRules.SchedulerPid(message.HasPid, message.Pid));
        LogUpdated(frameworkId, framework.Pid ?? UPid.Empty);
        context.Actor.RunDurably(() => context.Checkpoints.FrameworkAsync(framework));
        updates.Resume();
    }

    [LoggerMessage(3131, LogLevel.Information, "Framework {Framework} is at {Pid} now")]
    private partial void LogUpdated(string framework, UPid pid);

    [LoggerMessage(3132, LogLevel.Warning, "Ignoring the change of framework {Framework} from {From}: it is not the master this agent is registered with")]
    private partial void LogIgnoring(string framework, UPid from);
}

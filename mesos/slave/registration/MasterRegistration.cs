using LibProcess.Addressing;
using LibProcess.Time;
using Mesos.Authentication;
using Mesos.Slave.Operations;
using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Registration;

/// <summary>Gets the agent registered with the leading master, and again whenever that is in doubt.</summary>
/// <remarks>Upstream: <c>Slave::detected</c>, <c>doReliableRegistration</c>, <c>registered</c> and <c>reregistered</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class MasterRegistration(
    SlaveContext context,
    ITaskStatusUpdateManager updates,
    OperationStatusUpdates operations,
    PingWatch pings,
    TaskReconciliation reconciliation,
    MasterAuthentication? authentication)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;
    private ProcessTimer? attempt;

    /// <summary>The agent is without a master, maybe only for as long as it takes to detect it again.</summary>
    public void Lost()
    {
        if (state.Phase == SlavePhase.Running)
        {
            state.Phase = SlavePhase.Disconnected;
        }

        updates.Pause();
        operations.Pause();
        state.Master = null;
        state.MasterInfo = null;
        attempt?.Dispose();
        authentication?.Cancel();
    }

    /// <summary>There is a leading master: registers with it after a random wait, so that not all agents come at once.</summary>
    public void Detected(MasterInfo info, UPid master)
    {
        Lost();
        state.Master = master;
        state.MasterInfo = info;
        LogDetected(master);
        if (state.Phase == SlavePhase.Terminating)
        {
            return;
        }

        if (state.InfoChanged && info.Capabilities.All(static capability => capability.Type != MasterInfo.Types.Capability.Types.Type.AgentUpdate))
        {
            context.Actor.End($"The agent's description has changed, and master {master} is too old to take it in under its id again");
            return;
        }

        attempt = context.Actor.Delay(context.Actor.Random.NextTimeSpan(context.Options.RegistrationBackoffFactor), () => Begin(master));
    }

    private void Begin(UPid master)
    {
        TimeSpan maxBackoff = context.Options.RegistrationBackoffFactor * 2;
        if (authentication is not null)
        {
            authentication.Start(master, () => Attempt(maxBackoff));
        }
        else
        {
            Attempt(maxBackoff);
        }
    }

    /// <summary>The master has taken the agent in.</summary>
    public void Registered(UPid from, SlaveRegisteredMessage message)
    {
        if (!IsExpected(from))
        {
            return;
        }

        // It becomes the name of a directory, beside a link to the newest.
        string? defect = CheckpointNames.Refuse(message.SlaveId.Value) ?? (message.SlaveId.Value == SlavePaths.Latest ? "The id is the name of a link" : null);
        if (defect is not null)
        {
            context.Metrics.DroppedMessages.Increment();
            LogUnusableId(from, defect);
            return;
        }

        if (state.Phase == SlavePhase.Running)
        {
            if (state.Id != message.SlaveId.Value)
            {
                context.Actor.End($"Registered but got wrong id: {message.SlaveId.Value} (expected: {state.Id})");
                return;
            }
        }
        else
        {
            // An id given anew replaces one the master has forgotten. Whatever happens under it is written down after it.
            state.Info.Id = message.SlaveId.Clone();
            LogRegistered(from, state.Id!);
            Run(message.Connection);
        }

        context.Actor.RunDurably(() => KeepAsync(from));
    }

    /// <summary>Writes down who the agent is, and tells the master that it is ready.</summary>
    private async Task KeepAsync(UPid master)
    {
        await context.Checkpoints.SlaveAsync(state.Info.Clone());
        state.InfoChanged = false;
        if (state.Phase == SlavePhase.Running && state.Master == master)
        {
            SendUpdate(master);
        }
    }

    /// <summary>A master knows the agent's operations from here on, and may be told what comes of them.</summary>
    private void SendUpdate(UPid master)
    {
        context.Actor.Send(master, RegistrationMessages.Update(state));
        operations.Resume();
    }

    /// <summary>The master has taken the agent in again.</summary>
    public void Reregistered(UPid from, SlaveReregisteredMessage message)
    {
        if (!IsExpected(from))
        {
            return;
        }

        if (state.Id != message.SlaveId.Value)
        {
            context.Actor.End($"Re-registered but got wrong id: {message.SlaveId.Value} (expected: {state.Id})");
            return;
        }

        if (state.Phase == SlavePhase.Disconnected)
        {
            LogReregistered(from);
            Run(message.Connection);
        }

        if (state.InfoChanged || !context.Checkpoints.Identity.IsCompletedSuccessfully)
        {
            context.Actor.RunDurably(() => KeepAsync(from));
        }
        else
        {
            SendUpdate(from);
        }

        reconciliation.Reconcile(message.Reconciliations);
    }

    private void Run(MasterSlaveConnection? connection)
    {
        attempt?.Dispose();
        state.Phase = SlavePhase.Running;
        updates.Resume();
        pings.Registered(connection);
    }

    private bool IsExpected(UPid from)
    {
        if (from == state.Master && state.Phase != SlavePhase.Terminating)
        {
            return true;
        }

        context.Metrics.DroppedMessages.Increment();
        LogUnexpected(from);
        return false;
    }

    private void Attempt(TimeSpan maxBackoff)
    {
        if (state.Phase != SlavePhase.Disconnected || state.Master is not { } master)
        {
            return;
        }

        context.Actor.Link(master);
        if (state.Id is null)
        {
            context.Actor.Send(master, RegistrationMessages.Register(state, context.Options.Features));
        }
        else
        {
            context.Actor.Send(master, RegistrationMessages.Reregister(state, context.Options.Features));
        }

        TimeSpan bound = maxBackoff < SlaveOptions.MaxRegistrationRetryInterval ? maxBackoff : SlaveOptions.MaxRegistrationRetryInterval;
        attempt = context.Actor.Delay(context.Actor.Random.NextTimeSpan(bound), () => Attempt(bound * 2));
    }

    [LoggerMessage(3001, LogLevel.Information, "Master detected at {Master}")]
    private partial void LogDetected(UPid master);

    [LoggerMessage(3002, LogLevel.Information, "Registered with master {Master}; given agent id {Agent}")]
    private partial void LogRegistered(UPid master, string agent);

    [LoggerMessage(3003, LogLevel.Information, "Re-registered with master {Master}")]
    private partial void LogReregistered(UPid master);

    [LoggerMessage(3629, LogLevel.Error, "Ignoring the registration with master {Master}, whose id cannot be used: {Why}")]
    private partial void LogUnusableId(UPid master, string why);

    [LoggerMessage(3004, LogLevel.Warning, "Ignoring an answer to a registration from {From}: it is not the leading master, or the agent is terminating")]
    private partial void LogUnexpected(UPid from);
}

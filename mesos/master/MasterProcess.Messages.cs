using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master;

// Every message the master understands, with the part that handles it.
public sealed partial class MasterProcess
{
    private void InstallMessages()
    {
        // From schedulers.
        On<Call>(OnCall);
        On<SubmitSchedulerRequest>((from, _) => Send(from, new SubmitSchedulerResponse { Okay = false }));
        OnProven<RegisterFrameworkMessage>((from, message) =>
            entry.Framework(from, message.Framework, () => subscription.OnRegister(from, message)));
        OnProven<ReregisterFrameworkMessage>((from, message) =>
            entry.Framework(from, message.Framework, () => subscription.OnReregister(from, message)));
        On<UnregisterFrameworkMessage>(frameworkRemoval.OnUnregister);
        On<DeactivateFrameworkMessage>(frameworkConnection.OnDeactivate);

        // From schedulers, in the form that was before calls.
        On<ResourceRequestMessage>(OnResourceRequest);
        On<LaunchTasksMessage>(OnLaunchTasks);
        On<KillTaskMessage>(OnKillTask);
        On<ReviveOffersMessage>(OnReviveOffers);
        On<ReconcileTasksMessage>(OnReconcileTasks);
        On<StatusUpdateAcknowledgementMessage>(acknowledgements.OnMessage);
        On<FrameworkToExecutorMessage>(relays.OnFrameworkToExecutor);

        // From agents.
        OnProven<RegisterSlaveMessage>((from, message) =>
            entry.AgentAsync(from, message.Slave, () => registration.OnRegisterAsync(from, message)));
        OnProven<ReregisterSlaveMessage>((from, message) =>
            entry.AgentAsync(from, message.Slave, () => reregistration.OnReregisterAsync(from, message)));
        On<UnregisterSlaveMessage>(agentRemoval.OnUnregisterAsync);
        On<UpdateSlaveMessage>(agentUpdate.OnUpdate);
        On<StatusUpdateMessage>(statusUpdates.OnStatusUpdate);
        On<ExecutorToFrameworkMessage>(relays.OnExecutorToFramework);
        On<ExitedExecutorMessage>(executors.OnExited);
        On<UpdateOperationStatusMessage>(operations.OnUpdate);

        // From both. Answers to pings go to the observers.
        On<AuthenticateMessage>(authentication.OnAuthenticate);
    }

    /// <summary>Installs a handler behind the gate: a master that does not lead drops what it gets, and senders try again.</summary>
    private void On<T>(Action<UPid, T> handler)
        where T : class, IMessage<T>, new() => Install<T>((from, message) =>
        {
            if (MayHandle(from, typeof(T).Name))
            {
                PrincipalCounters? counters = CountersOf(from);
                counters?.Received.Increment();
                handler(from, message);
                counters?.Processed.Increment();
            }
        });

    private void On<T>(Func<UPid, T, Task> handler)
        where T : class, IMessage<T>, new() => Install<T>((from, message) =>
            MayHandle(from, typeof(T).Name) ? handler(from, message) : Task.CompletedTask);

    /// <summary>Likewise, and what comes while its sender proves who it is waits for the verdict.</summary>
    private void OnProven<T>(Action<UPid, T> handler)
        where T : class, IMessage<T>, new() => On<T>((from, message) => authentication.AfterVerdict(from, () => handler(from, message)));

    private void OnProven<T>(Func<UPid, T, Task> handler)
        where T : class, IMessage<T>, new() => On<T>((from, message) =>
            authentication.AfterVerdict(from, () => Run(() => handler(from, message), typeof(T).Name)));

    /// <summary>The metrics of the principal of a registered framework; null for all others.</summary>
    private PrincipalCounters? CountersOf(UPid from) =>
        state.Frameworks.Find(from) is { Info: { HasPrincipal: true } framework } ? metrics.Principals.Find(framework.Principal) : null;

    private bool MayHandle(UPid from, string message)
    {
        if (times.Elected is not null)
        {
            return true;
        }

        metrics.DroppedMessages.Increment();
        LogNotLeading(message, from);
        return false;
    }
}

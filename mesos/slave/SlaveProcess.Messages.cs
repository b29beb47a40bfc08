namespace Mesos.Slave;

// Every message the agent understands, who sends it, and the part that answers it.
internal sealed partial class SlaveProcess
{
    private void InstallMessages()
    {
        // From the leading master.
        Install<SlaveRegisteredMessage>(registration.Registered);
        Install<SlaveReregisteredMessage>(registration.Reregistered);
        Install<PingSlaveMessage>(pings.Ping);
        Install<ShutdownMessage>(shutdown.ByMaster);
        Install<DrainSlaveMessage>(draining.Drain);

        Install<RunTaskMessage>(launches.RunTask);
        Install<RunTaskGroupMessage>(launches.RunTaskGroup);
        Install<KillTaskMessage>(kills.KillTask);
        Install<ShutdownExecutorMessage>(frameworkShutdown.ShutDown);
        Install<ShutdownFrameworkMessage>(frameworkShutdown.ShutDown);
        Install<UpdateFrameworkMessage>(frameworkUpdates.Update);
        Install<StatusUpdateAcknowledgementMessage>(forwarding.Acknowledged);

        Install<CheckpointResourcesMessage>(operations.Checkpoint);
        Install<ApplyOperationMessage>(operations.Apply);
        Install<ReconcileOperationsMessage>(operations.Reconcile);
        Install<AcknowledgeOperationStatusMessage>(operations.Acknowledged);

        // From the master or from a scheduler directly.
        Install<FrameworkToExecutorMessage>(frameworkMessages.ToExecutor);

        // From executors.
        Install<RegisterExecutorMessage>(executorRegistration.Register);
        Install<ReregisterExecutorMessage>(executorRegistration.Reregister);
        Install<StatusUpdateMessage>(statusUpdates.Received);
        Install<ExecutorToFrameworkMessage>(frameworkMessages.ToFramework);
    }
}

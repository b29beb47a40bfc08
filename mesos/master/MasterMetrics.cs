using LibProcess.Metrics;
using Mesos.Common.Protobuf;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master;

/// <summary>The counters of a master, by the names of the original.</summary>
/// <remarks>Upstream: src/master/metrics.cpp. Gauges are in <see cref="MasterGauges"/>.</remarks>
internal sealed class MasterMetrics(MetricGroup group)
{
    private readonly Dictionary<TaskState, Counter> endedTasks = Enum.GetValues<TaskState>()
        .Where(state => state.IsTerminal())
        .ToDictionary(state => state, state => group.AddCounter(MetricNames.Of(state).Replace("task_", "tasks_", StringComparison.Ordinal)));

    private readonly Dictionary<(TaskState State, TaskStatus.Types.Source Source, TaskStatus.Types.Reason Reason), Counter> reasons = [];

    public Counter DroppedMessages { get; } = group.AddCounter("dropped_messages");

    public Counter MessagesRegisterFramework { get; } = group.AddCounter("messages_register_framework");

    public Counter MessagesReregisterFramework { get; } = group.AddCounter("messages_reregister_framework");

    public Counter MessagesUnregisterFramework { get; } = group.AddCounter("messages_unregister_framework");

    public Counter MessagesDeactivateFramework { get; } = group.AddCounter("messages_deactivate_framework");

    public Counter MessagesKillTask { get; } = group.AddCounter("messages_kill_task");

    public Counter MessagesStatusUpdateAcknowledgement { get; } = group.AddCounter("messages_status_update_acknowledgement");

    public Counter MessagesResourceRequest { get; } = group.AddCounter("messages_resource_request");

    public Counter MessagesLaunchTasks { get; } = group.AddCounter("messages_launch_tasks");

    public Counter MessagesDeclineOffers { get; } = group.AddCounter("messages_decline_offers");

    public Counter MessagesReviveOffers { get; } = group.AddCounter("messages_revive_offers");

    public Counter MessagesSuppressOffers { get; } = group.AddCounter("messages_suppress_offers");

    public Counter MessagesReconcileTasks { get; } = group.AddCounter("messages_reconcile_tasks");

    public Counter MessagesFrameworkToExecutor { get; } = group.AddCounter("messages_framework_to_executor");

    public Counter MessagesExecutorToFramework { get; } = group.AddCounter("messages_executor_to_framework");

    public Counter MessagesRegisterAgent { get; } = group.AddCounter("messages_register_slave");

    public Counter MessagesReregisterAgent { get; } = group.AddCounter("messages_reregister_slave");

    public Counter MessagesUnregisterAgent { get; } = group.AddCounter("messages_unregister_slave");

    public Counter MessagesStatusUpdate { get; } = group.AddCounter("messages_status_update");

    public Counter MessagesOperationStatusUpdate { get; } = group.AddCounter("messages_operation_status_update");

    public Counter MessagesExitedExecutor { get; } = group.AddCounter("messages_exited_executor");

    public Counter MessagesUpdateAgent { get; } = group.AddCounter("messages_update_slave");

    public Counter MessagesAuthenticate { get; } = group.AddCounter("messages_authenticate");

    public Counter ValidFrameworkToExecutorMessages { get; } = group.AddCounter("valid_framework_to_executor_messages");

    public Counter InvalidFrameworkToExecutorMessages { get; } = group.AddCounter("invalid_framework_to_executor_messages");

    public Counter ValidExecutorToFrameworkMessages { get; } = group.AddCounter("valid_executor_to_framework_messages");

    public Counter InvalidExecutorToFrameworkMessages { get; } = group.AddCounter("invalid_executor_to_framework_messages");

    public Counter ValidStatusUpdates { get; } = group.AddCounter("valid_status_updates");

    public Counter InvalidStatusUpdates { get; } = group.AddCounter("invalid_status_updates");

    public Counter ValidStatusUpdateAcknowledgements { get; } = group.AddCounter("valid_status_update_acknowledgements");

    public Counter InvalidStatusUpdateAcknowledgements { get; } = group.AddCounter("invalid_status_update_acknowledgements");

    public Counter ValidOperationStatusUpdates { get; } = group.AddCounter("valid_operation_status_updates");

    public Counter InvalidOperationStatusUpdates { get; } = group.AddCounter("invalid_operation_status_updates");

    public Counter AgentRegistrations { get; } = group.AddCounter("slave_registrations");

    public Counter AgentReregistrations { get; } = group.AddCounter("slave_reregistrations");

    public Counter AgentRemovals { get; } = group.AddCounter("slave_removals");

    public Counter AgentRemovalsUnhealthy { get; } = group.AddCounter("slave_removals/reason_unhealthy");

    public Counter AgentRemovalsUnregistered { get; } = group.AddCounter("slave_removals/reason_unregistered");

    public Counter AgentRemovalsRegistered { get; } = group.AddCounter("slave_removals/reason_registered");

    public Counter UnreachableScheduled { get; } = group.AddCounter("slave_unreachable_scheduled");

    public Counter UnreachableCompleted { get; } = group.AddCounter("slave_unreachable_completed");

    public Counter UnreachableCanceled { get; } = group.AddCounter("slave_unreachable_canceled");

    /// <summary>Of a time when agents that did not answer were told to end; zero ever since, as in the original.</summary>
    public Counter ShutdownsScheduled { get; } = group.AddCounter("slave_shutdowns_scheduled");

    /// <summary>See <see cref="ShutdownsScheduled"/>.</summary>
    public Counter ShutdownsCompleted { get; } = group.AddCounter("slave_shutdowns_completed");

    /// <summary>See <see cref="ShutdownsScheduled"/>.</summary>
    public Counter ShutdownsCanceled { get; } = group.AddCounter("slave_shutdowns_canceled");

    public Counter RecoveryAgentRemovals { get; } = group.AddCounter("recovery_slave_removals");

    public Counter MessagesOperationStatusAcknowledgement { get; } = group.AddCounter("messages_operation_status_update_acknowledgement");

    public Counter MessagesReconcileOperations { get; } = group.AddCounter("messages_reconcile_operations");

    public Counter ValidOperationStatusAcknowledgements { get; } = group.AddCounter("valid_operation_status_update_acknowledgements");

    public Counter InvalidOperationStatusAcknowledgements { get; } = group.AddCounter("invalid_operation_status_update_acknowledgements");

    /// <summary>Operations by kind and state.</summary>
    public OperationMetrics Operations { get; } = new(group);

    /// <summary>Calls dropped because something in them is missing or they come from a stranger; not known to the original.</summary>
    public Counter DroppedCalls { get; } = group.AddCounter("dropped_calls");

    /// <summary>Counts a task that ended, or a launch that was answered with its end.</summary>
    public void TaskEnded(TaskStatus status)
    {
        if (endedTasks.TryGetValue(status.State, out Counter? counter))
        {
            counter.Increment();
        }

        if (status.HasReason)
        {
            Counter(status.State, status.Source, status.Reason).Increment();
        }
    }

    /// <summary>Metrics of the frameworks of each principal.</summary>
    public PrincipalMetrics Principals { get; } = new(group.Registry);

    /// <summary>Metrics of a framework.</summary>
    public FrameworkMetrics CreateFor(FrameworkInfo info) => new(group.Registry, info);

    private Counter Counter(TaskState state, TaskStatus.Types.Source source, TaskStatus.Types.Reason reason)
    {
        if (!reasons.TryGetValue((state, source, reason), out Counter? counter))
        {
            counter = group.AddCounter($"{MetricNames.Of(state)}/source_{MetricNames.Of(source)}/reason_{MetricNames.Of(reason)}");
            reasons[(state, source, reason)] = counter;
        }

        return counter;
    }
}

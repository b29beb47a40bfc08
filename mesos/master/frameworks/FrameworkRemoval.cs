using LibProcess.Addressing;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Frameworks;

/// <summary>Frameworks that end: by their own wish, by an operator's, or because their scheduler stayed away too long.</summary>
/// <remarks>Upstream: <c>Master::teardown</c>, <c>removeFramework</c> in src/master/master.cpp. The framework is told nothing.</remarks>
internal sealed class FrameworkRemoval(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    OfferBook book,
    InverseOffers inverseOffers,
    TaskTransitions transitions,
    OperationLifecycle operations)
{
    /// <summary>The older form of the call.</summary>
    public void OnUnregister(UPid from, UnregisterFrameworkMessage message)
    {
        Framework? framework = state.Frameworks.Find(message.FrameworkId.Value);
        if (framework is null || framework.Pid != from)
        {
            context.Logger.FrameworkMessageIgnored(
                message.FrameworkId.Value, from, framework is null ? "the framework is unknown" : "it does not come from the framework");
            return;
        }

        Teardown(framework);
    }

    public void Teardown(Framework framework)
    {
        context.Metrics.MessagesUnregisterFramework.Increment();
        Remove(framework);
    }

    public void Remove(Framework framework)
    {
        context.Logger.FrameworkRemoved(framework.Id);
        if (framework.Active)
        {
            framework.Deactivate();
            allocator.DeactivateFramework(framework.Id);
        }

        book.DiscardAll(framework.Offers);
        inverseOffers.Withdraw(framework, rescind: false);
        foreach (Agent agent in state.Agents.Registered)
        {
            context.Send(agent.Pid, new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = framework.Id } });
        }

        EndTasks(framework);
        EndExecutors(framework);
        operations.OrphanAll(framework);
        framework.FailoverTimer?.Dispose();
        framework.Disconnect();
        framework.UnregisteredTime = context.Now;
        state.Frameworks.Complete(framework);
        if (framework.Info.HasPrincipal)
        {
            context.Metrics.Principals.Remove(framework.Info.Principal);
        }

        allocator.RemoveFramework(framework.Id);
    }

    private void EndTasks(Framework framework)
    {
        foreach (MasterTask task in framework.Tasks.Values.ToArray())
        {
            transitions.Update(task, Killed(framework, task));
            transitions.Remove(task);
        }

        foreach (Proto.Task unreachable in framework.UnreachableTasks.Values.ToArray())
        {
            // Its agent is gone, and with it what the task used; only its end is recorded.
            framework.UnreachableTasks.Remove(unreachable.TaskId.Value);
            transitions.Update(new MasterTask(unreachable), Killed(framework, new MasterTask(unreachable)));
            framework.AddCompletedTask(unreachable);
        }
    }

    private void EndExecutors(Framework framework)
    {
        foreach ((string agentId, string executorId) in framework.Executors
            .SelectMany(entry => entry.Value.Keys.Select(id => (entry.Key, id)))
            .ToArray())
        {
            if (state.Agents.Find(agentId) is { } agent)
            {
                transitions.RemoveExecutor(agent, framework.Id, executorId);
            }
        }
    }

    private StatusUpdate Killed(Framework framework, MasterTask task) => StatusUpdateBuilder.Create(
        context.Now, task, TaskState.TaskKilled, TaskStatus.Types.Reason.FrameworkRemoved, $"Framework {framework.Id} removed");
}

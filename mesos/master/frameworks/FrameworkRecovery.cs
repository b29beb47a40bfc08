using Mesos.Master.Allocator;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Frameworks;

/// <summary>Enters frameworks: new ones, and those the master learns of from agents or from their own id.</summary>
/// <remarks>Upstream: <c>Master::addFramework</c>, <c>recoverFramework</c> in src/master/master.cpp.</remarks>
internal sealed class FrameworkRecovery(IMasterContext context, MasterState state, IAllocator allocator, OperationLifecycle operations)
{
    private static readonly FrameworkOptions NothingSuppressed = new(new HashSet<string>());

    /// <summary>A framework that is not registered yet.</summary>
    public Framework Create(FrameworkInfo info) => new(info, context.Options)
    {
        Metrics = context.Options.PublishPerFrameworkMetrics ? context.Metrics.CreateFor(info) : null,
    };

    public void Add(Framework framework, FrameworkOptions options)
    {
        if (framework.Info.HasPrincipal)
        {
            context.Metrics.Principals.Add(framework.Info.Principal);
        }

        framework.Metrics?.SetRoles(framework.Roles, options.SuppressedRoles);
        context.Logger.FrameworkAdded(framework.Id, framework.Info.Name);
        state.Frameworks.Add(framework);
        allocator.AddFramework(framework.Id, framework.Info, framework.Used.ByOwner, framework.Active, options);
    }

    /// <summary>A framework whose scheduler has not subscribed here; what agents brought along for it becomes its own.</summary>
    public Framework Recover(FrameworkInfo info)
    {
        Framework framework = Create(info);
        foreach (Agent agent in state.Agents.Registered)
        {
            if (agent.Tasks.TryGetValue(framework.Id, out Dictionary<string, MasterTask>? tasks))
            {
                foreach (MasterTask task in tasks.Values)
                {
                    framework.AddTask(task);
                }
            }

            if (agent.Executors.TryGetValue(framework.Id, out Dictionary<string, ExecutorInfo>? executors))
            {
                foreach (ExecutorInfo executor in executors.Values)
                {
                    framework.AddExecutor(agent.Id, executor);
                }
            }
        }

        operations.Adopt(framework);
        Add(framework, NothingSuppressed);
        return framework;
    }
}

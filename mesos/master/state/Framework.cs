using LibProcess.Addressing;
using LibProcess.Time;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.State;

/// <summary>A framework that subscribed, or whose tasks an agent brought back after the master changed.</summary>
/// <remarks>Upstream: <c>struct Framework</c> in src/master/master.hpp and src/master/framework.cpp.</remarks>
internal sealed class Framework
{
    private readonly Dictionary<string, MasterTask> tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, ExecutorInfo>> executors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MasterOffer> offers = new(StringComparer.Ordinal);
    private readonly Queue<Proto.Task> completed = [];
    private readonly int maxCompletedTasks;

    public Framework(FrameworkInfo info, MasterOptions options)
    {
        maxCompletedTasks = options.MaxCompletedTasksPerFramework;
        UnreachableTasks = new BoundedMap<Proto.Task>(options.MaxUnreachableTasksPerFramework);
        Info = info;
        Roles = RolesOf(info);
        Capabilities = FrameworkCapabilities.Of(info);
        Operations = new FrameworkOperations(Used);
    }

    /// <summary>What is published of it; null where that is not wanted.</summary>
    public FrameworkMetrics? Metrics { get; init; }

    public string Id => Info.Id.Value;

    public FrameworkInfo Info { get; private set; }

    public IReadOnlySet<string> Roles { get; private set; }

    public FrameworkCapabilities Capabilities { get; private set; }

    public OfferConstraints OfferConstraints { get; private set; } = new();

    /// <summary>The scheduler; null while nobody has subscribed since the framework was recovered from an agent.</summary>
    public UPid? Pid { get; private set; }

    /// <summary>Whether the scheduler listens to a stream of events, by a process of this node, instead of being a libprocess node itself.</summary>
    public bool Http { get; private set; }

    /// <summary>Whether the scheduler can be reached.</summary>
    public bool Connected { get; private set; }

    /// <summary>Whether it gets offers.</summary>
    public bool Active { get; private set; }

    /// <summary>Known from agents only: no scheduler has subscribed at this master.</summary>
    public bool Recovered => Pid is null;

    /// <summary>Runs while the scheduler is away.</summary>
    public ProcessTimer? FailoverTimer { get; set; }

    public DateTimeOffset? RegisteredTime { get; set; }

    public DateTimeOffset? ReregisteredTime { get; set; }

    public DateTimeOffset? UnregisteredTime { get; set; }

    public IReadOnlyDictionary<string, MasterTask> Tasks => tasks;

    public BoundedMap<Proto.Task> UnreachableTasks { get; }

    /// <summary>From the oldest to the newest.</summary>
    public IReadOnlyCollection<Proto.Task> CompletedTasks => completed;

    /// <summary>Executors by agent and id.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, ExecutorInfo>> Executors => executors;

    public IReadOnlyCollection<MasterOffer> Offers => offers.Values;

    public FrameworkOperations Operations { get; }

    /// <summary>Tasks whose launch waits for a permission, by id.</summary>
    public Dictionary<string, TaskInfo> PendingTasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Resources of tasks and executors by agent.</summary>
    public ResourceLedger Used { get; } = new();

    /// <summary>Offered resources by agent.</summary>
    public ResourceLedger Offered { get; } = new();

    /// <summary>The roles a framework subscribes to, whichever way it says so.</summary>
    public static IReadOnlySet<string> RolesOf(FrameworkInfo info) => new SortedSet<string>(FrameworkRoles.Of(info), StringComparer.Ordinal);

    /// <summary>A scheduler subscribed.</summary>
    public void Connect(UPid pid, bool http)
    {
        FailoverTimer?.Dispose();
        (Pid, Http, Connected, FailoverTimer) = (pid, http, true, null);
        Metrics?.Subscribed = true;
    }

    public void Disconnect()
    {
        Connected = false;
        Metrics?.Subscribed = false;
    }

    /// <returns>False where it was active already.</returns>
    public bool Activate()
    {
        bool changed = !Active;
        Active = true;
        return changed;
    }

    public void Deactivate() => Active = false;

    /// <summary>Takes over a changed description; the fields that must not change have been checked.</summary>
    public void Update(FrameworkInfo info, OfferConstraints constraints)
    {
        FrameworkID id = Info.Id;
        Info = info;
        Info.Id = id;
        Roles = RolesOf(info);
        Capabilities = FrameworkCapabilities.Of(info);
        OfferConstraints = constraints;
    }

    public MasterTask? Task(string id) => tasks.GetValueOrDefault(id);

    public void AddTask(MasterTask task)
    {
        tasks[task.Id] = task;
        Metrics?.TaskChanged(from: null, task.State);
        if (!task.State.HoldsNothing())
        {
            Used.Add(task.AgentId, task.Resources);
        }
    }

    /// <summary>A task reached a state in which it holds nothing.</summary>
    public void RecoverResources(MasterTask task) => Used.Subtract(task.AgentId, task.Resources);

    public void RemoveTask(MasterTask task, bool unreachable)
    {
        if (!tasks.Remove(task.Id))
        {
            return;
        }

        if (!task.State.HoldsNothing())
        {
            RecoverResources(task);
        }

        if (unreachable)
        {
            // It stays among the active ones until it comes back, or is forgotten.
            UnreachableTasks.Set(task.Id, task.Info);
        }
        else
        {
            AddCompletedTask(task.Info);
        }
    }

    public void AddCompletedTask(Proto.Task task)
    {
        completed.Enqueue(task);
        while (completed.Count > maxCompletedTasks)
        {
            completed.Dequeue();
        }
    }

    /// <summary>A task that was taken for ended lives.</summary>
    public void ForgetCompletedTask(string id)
    {
        if (completed.Any(task => task.TaskId.Value == id))
        {
            Proto.Task[] others = [.. completed.Where(task => task.TaskId.Value != id)];
            completed.Clear();
            Array.ForEach(others, completed.Enqueue);
        }
    }

    public void AddExecutor(string agentId, ExecutorInfo executor)
    {
        if (!executors.TryGetValue(agentId, out Dictionary<string, ExecutorInfo>? onAgent))
        {
            executors[agentId] = onAgent = new Dictionary<string, ExecutorInfo>(StringComparer.Ordinal);
        }

        onAgent[executor.ExecutorId.Value] = executor;
        Used.Add(agentId, Resources.From(executor.Resources));
    }

    public void RemoveExecutor(string agentId, string executorId)
    {
        if (executors.TryGetValue(agentId, out Dictionary<string, ExecutorInfo>? onAgent)
            && onAgent.Remove(executorId, out ExecutorInfo? executor))
        {
            Used.Subtract(agentId, Resources.From(executor.Resources));
            if (onAgent.Count == 0)
            {
                executors.Remove(agentId);
            }
        }
    }

    public void AddOffer(MasterOffer offer)
    {
        offers.Add(offer.Id, offer);
        Metrics?.OffersSent.Increment();
        Offered.Add(offer.Agent.Id, offer.Resources);
    }

    public void RemoveOffer(MasterOffer offer)
    {
        if (offers.Remove(offer.Id))
        {
            Offered.Subtract(offer.Agent.Id, offer.Resources);
        }
    }
}

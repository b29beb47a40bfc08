using LibProcess.Addressing;
using LibProcess.Time;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Agents;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>A registered agent and what runs on it.</summary>
/// <remarks>Upstream: <c>struct Slave</c> in src/master/master.hpp.</remarks>
internal sealed class Agent
{
    private readonly Dictionary<string, Dictionary<string, MasterTask>> tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, ExecutorInfo>> executors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MasterOffer> offers = new(StringComparer.Ordinal);
    private readonly HashSet<(string Framework, string Task)> killed = [];
    private TaskCounts? counts;

    public Agent(SlaveInfo info, UPid pid, DateTimeOffset now)
    {
        (Info, Pid, RegisteredTime) = (info, pid, now);
        TotalResources = CheckpointedResources = OversubscribedResources = Resources.Empty;
        OfferedResources = Resources.Empty;
        Operations = new AgentOperations(this);
    }

    public string Id => Info.Id.Value;

    public SlaveInfo Info { get; private set; }

    public UPid Pid { get; set; }

    public string Version { get; private set; } = string.Empty;

    public AgentCapabilities Capabilities { get; private set; }

    public DateTimeOffset RegisteredTime { get; set; }

    public DateTimeOffset? ReregisteredTime { get; set; }

    /// <summary>
    /// Whether it has come back and not reported its resources since, as agents with resource providers do once they are told that
    /// they are back. Messages of an agent arrive in order: until then it speaks of how things were before.
    /// </summary>
    public bool OwesReport { get; set; }

    /// <summary>Whether the link to it is up.</summary>
    public bool Connected { get; set; } = true;

    /// <summary>Whether nothing is left on it that would have to end before it has drained.</summary>
    public bool IsIdle => tasks.Count == 0 && Operations.All.Count == 0;

    /// <summary>The machine it runs on.</summary>
    public MachineID Machine => MachineOf(Info, Pid);

    /// <summary>When its machine will be away, as frameworks have been told; null where nothing is scheduled.</summary>
    public Unavailability? Unavailability { get; set; }

    /// <summary>When it was told to drain; null where it was not.</summary>
    public DateTimeOffset? DrainStarted { get; set; }

    /// <summary>Whether its resources are offered.</summary>
    public bool Active { get; set; } = true;

    public AgentObserver? Observer { get; set; }

    /// <summary>Runs while the agent is disconnected.</summary>
    public ProcessTimer? ReregistrationTimer { get; set; }

    /// <summary>Everything there is, without revocable resources of an oversubscription.</summary>
    public Resources TotalResources { get; set; }

    public Resources CheckpointedResources { get; private set; }

    public Resources OversubscribedResources { get; set; }

    /// <summary>Names the state of the agent's resources; launches carry it so that the agent notices one that is out of date.</summary>
    public UUID? ResourceVersion { get; set; }

    /// <summary>Resources of tasks and executors by framework.</summary>
    public ResourceLedger Used { get; } = new();

    public Resources OfferedResources { get; private set; }

    public IReadOnlyCollection<MasterOffer> Offers => offers.Values;

    public AgentOperations Operations { get; }

    public IReadOnlyDictionary<string, Dictionary<string, MasterTask>> Tasks => tasks;

    public IReadOnlyDictionary<string, Dictionary<string, ExecutorInfo>> Executors => executors;

    /// <summary>Machines are told apart by the name an agent says and the address it speaks from.</summary>
    public static MachineID MachineOf(SlaveInfo info, UPid pid) => new() { Hostname = info.Hostname, Ip = pid.Address.ToIPAddress().ToString() };

    /// <summary>Takes over what the agent said of itself at (re-)registration.</summary>
    public void Update(SlaveInfo info, string version, AgentCapabilities capabilities, Resources checkpointed, Resources total, UUID? resourceVersion)
    {
        (Info, Version, Capabilities) = (info, version, capabilities);
        (CheckpointedResources, TotalResources, ResourceVersion) = (checkpointed, total, resourceVersion);
    }

    /// <summary>An operation converted resources: what is kept on disk follows from what there is.</summary>
    public void Convert(Resources total) => (TotalResources, CheckpointedResources) = (total, total.Where(ResourceQueries.NeedsCheckpointing));

    public MasterTask? Task(string frameworkId, string taskId) =>
        tasks.TryGetValue(frameworkId, out Dictionary<string, MasterTask>? ofFramework) ? ofFramework.GetValueOrDefault(taskId) : null;

    public void AddTask(MasterTask task)
    {
        if (!tasks.TryGetValue(task.FrameworkId, out Dictionary<string, MasterTask>? ofFramework))
        {
            tasks[task.FrameworkId] = ofFramework = new Dictionary<string, MasterTask>(StringComparer.Ordinal);
        }

        ofFramework.Add(task.Id, task);
        counts?.Add(task.State);
        if (!task.State.HoldsNothing())
        {
            Used.Add(task.FrameworkId, task.Resources);
        }
    }

    /// <summary>From now on the tasks of this agent count; with null no longer.</summary>
    public void CountIn(TaskCounts? others)
    {
        foreach (MasterTask task in tasks.Values.SelectMany(ofFramework => ofFramework.Values))
        {
            counts?.Remove(task.State);
            others?.Add(task.State);
        }

        counts = others;
    }

    /// <summary>Changes the state of a task of this agent.</summary>
    public void ChangeState(MasterTask task, TaskState state)
    {
        counts?.Remove(task.State);
        counts?.Add(state);
        task.Info.State = state;
    }

    /// <summary>A task of the agent reached a state in which it holds nothing.</summary>
    public void RecoverResources(MasterTask task) => Used.Subtract(task.FrameworkId, task.Resources);

    public void RemoveTask(MasterTask task)
    {
        if (!tasks.TryGetValue(task.FrameworkId, out Dictionary<string, MasterTask>? ofFramework) || !ofFramework.Remove(task.Id))
        {
            return;
        }

        counts?.Remove(task.State);
        if (!task.State.HoldsNothing())
        {
            RecoverResources(task);
        }

        if (ofFramework.Count == 0)
        {
            tasks.Remove(task.FrameworkId);
        }

        killed.Remove((task.FrameworkId, task.Id));
    }

    /// <summary>Remembers that a task is to be killed, should the agent lose the message.</summary>
    public void RememberKill(string frameworkId, string taskId) => killed.Add((frameworkId, taskId));

    public bool WasKilled(string frameworkId, string taskId) => killed.Contains((frameworkId, taskId));

    public ExecutorInfo? Executor(string frameworkId, string executorId) =>
        executors.TryGetValue(frameworkId, out Dictionary<string, ExecutorInfo>? ofFramework)
            ? ofFramework.GetValueOrDefault(executorId)
            : null;

    public void AddExecutor(string frameworkId, ExecutorInfo executor)
    {
        if (!executors.TryGetValue(frameworkId, out Dictionary<string, ExecutorInfo>? ofFramework))
        {
            executors[frameworkId] = ofFramework = new Dictionary<string, ExecutorInfo>(StringComparer.Ordinal);
        }

        ofFramework.Add(executor.ExecutorId.Value, executor);
        Used.Add(frameworkId, Resources.From(executor.Resources));
    }

    public ExecutorInfo? RemoveExecutor(string frameworkId, string executorId)
    {
        if (!executors.TryGetValue(frameworkId, out Dictionary<string, ExecutorInfo>? ofFramework)
            || !ofFramework.Remove(executorId, out ExecutorInfo? executor))
        {
            return null;
        }

        Used.Subtract(frameworkId, Resources.From(executor.Resources));
        if (ofFramework.Count == 0)
        {
            executors.Remove(frameworkId);
        }

        return executor;
    }

    public void AddOffer(MasterOffer offer)
    {
        offers.Add(offer.Id, offer);
        OfferedResources += offer.Resources;
    }

    public void RemoveOffer(MasterOffer offer)
    {
        if (offers.Remove(offer.Id))
        {
            OfferedResources -= offer.Resources;
        }
    }
}

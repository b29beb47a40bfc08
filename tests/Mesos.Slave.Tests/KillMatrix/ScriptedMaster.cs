using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common.Protobuf;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>A master with a scheduler that launches three tasks, acknowledges every update after a while and reconciles as a real one does.</summary>
internal sealed class ScriptedMaster(ProcessManager manager) : ProcessBase(manager, "master")
{
    private static readonly string[] Tasks = ["task-1", "task-2", "command-1"];
    private static readonly TaskState[] Order = [TaskState.TaskStarting, TaskState.TaskRunning, TaskState.TaskFinished];

    private readonly Dictionary<string, string> assigned = [];
    private readonly Dictionary<string, List<TaskState>> told = [];
    private readonly HashSet<string> ended = [];
    private int slaves;
    private bool launched;

    /// <summary>The uuids of the updates that came.</summary>
    public HashSet<string> Received { get; } = [];

    public IEnumerable<string> Unfinished => launched ? Tasks.Except(ended) : Tasks;

    public bool IsDone => launched && ended.Count == Tasks.Length;

    /// <summary>How the tasks ended.</summary>
    public Dictionary<string, TaskState> Ends { get; } = [];

    public IEnumerable<string> OutOfOrder => told
        .Where(task => !task.Value.Select(state => Array.IndexOf(Order, state)).Where(index => index >= 0).Aggregate((Last: -1, Fine: true), (seen, index) => (index, seen.Fine && index >= seen.Last)).Fine)
        .Select(task => task.Key);

    protected override void Initialize()
    {
        Install<RegisterSlaveMessage>(Register);
        Install<ReregisterSlaveMessage>(Reregister);
        Install<UpdateSlaveMessage>((from, message) => Launch(from, message));
        Install<StatusUpdateMessage>(Update);
        Install<ExitedExecutorMessage>((_, _) => { });
        Install<UnregisterSlaveMessage>((_, _) => { });
        Install<PongSlaveMessage>((_, _) => { });
    }

    private void Register(UPid from, RegisterSlaveMessage message)
    {
        // Whoever comes without an id is another agent: what ran on the one before is lost.
        foreach (string task in assigned.Keys)
        {
            End(task, TaskState.TaskLost);
        }

        Send(from, new SlaveRegisteredMessage { SlaveId = new SlaveID { Value = $"cluster-S{slaves++}" } });
    }

    private void Reregister(UPid from, ReregisterSlaveMessage message)
    {
        var answer = new SlaveReregisteredMessage { SlaveId = message.Slave.Id.Clone() };
        HashSet<string> there = [.. message.Tasks.Select(task => task.TaskId.Value)];
        var missing = new ReconcileTasksMessage { FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId } };
        missing.Statuses.Add(assigned
            .Where(task => task.Value == message.Slave.Id.Value && !ended.Contains(task.Key) && !there.Contains(task.Key))
            .Select(task => new TaskStatus { TaskId = new TaskID { Value = task.Key }, State = TaskState.TaskStaging }));
        if (missing.Statuses.Count > 0)
        {
            answer.Reconciliations.Add(missing);
        }

        Send(from, answer);
    }

    private void Launch(UPid from, UpdateSlaveMessage message)
    {
        if (launched)
        {
            return;
        }

        launched = true;
        for (int index = 0; index < Tasks.Length; index++)
        {
            assigned[Tasks[index]] = message.SlaveId.Value;
            var run = new RunTaskMessage
            {
                Framework = SlaveRig.Framework(checkpoint: true),
                Pid = Self.ToString(),
                LaunchExecutor = index != 1,
                Task = new TaskInfo { Name = Tasks[index], TaskId = new TaskID { Value = Tasks[index] }, SlaveId = message.SlaveId.Clone() },
            };
            if (index < 2)
            {
                run.Task.Executor = new ExecutorInfo
                {
                    ExecutorId = new ExecutorID { Value = "exec-1" },
                    FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
                    Command = new CommandInfo { Value = "run" },
                };
            }
            else
            {
                run.Task.Command = new CommandInfo { Value = "run" };
            }

            run.Task.Resources.Add(new Resource
            {
                Name = "cpus",
                Type = Value.Types.Type.Scalar,
                Scalar = new Value.Types.Scalar { Value = 0.5 },
                AllocationInfo = new Resource.Types.AllocationInfo { Role = "*" },
            });
            Send(from, run);
        }
    }

    private void Update(UPid from, StatusUpdateMessage message)
    {
        string task = message.Update.Status.TaskId.Value;
        if (Received.Add(message.Update.Uuid.ToBase64()))
        {
            if (!told.TryGetValue(task, out List<TaskState>? states))
            {
                told[task] = states = [];
            }

            states.Add(message.Update.Status.State);
        }

        if (message.Update.Status.State.IsTerminal())
        {
            End(task, message.Update.Status.State);
        }

        // Slower than the tasks, and one after the other: updates queue up behind the first.
        Delay(TimeSpan.FromSeconds(3 + Array.IndexOf(Tasks, task)), () => Send(from, SlaveRig.Acknowledgement(message.Update)));
    }

    private void End(string task, TaskState state)
    {
        if (ended.Add(task))
        {
            Ends[task] = state;
        }
    }
}

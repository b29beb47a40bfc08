using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests.Simulation;

/// <summary>What a scheduler keeps in its database.</summary>
public sealed class SchedulerMemory
{
    public string? FrameworkId { get; set; }

    public int Launched { get; set; }

    /// <summary>The last state each task was reported in.</summary>
    public Dictionary<string, TaskState> Tasks { get; } = [];

    /// <summary>The updates of agents that arrived here.</summary>
    public HashSet<ByteString> Seen { get; } = [];

    public List<string> Violations { get; } = [];
}

/// <summary>A scheduler that launches tasks, acknowledges updates, and subscribes again whenever its master does not answer.</summary>
public sealed class SimulatedScheduler(ProcessManager manager, UPid master, SchedulerMemory memory) : ProcessBase(manager, "scheduler")
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private bool subscribed;
    private bool force = true;
    private int unanswered;

    public int MaxTasks { get; set; } = 12;

    /// <summary>What the last answer to a question about all tasks said.</summary>
    public Dictionary<string, TaskState> Known { get; } = [];

    protected override void Initialize()
    {
        Install<FrameworkRegisteredMessage>((_, message) => Subscribed(message.FrameworkId));
        Install<FrameworkReregisteredMessage>((_, message) => Subscribed(message.FrameworkId));
        Install<FrameworkErrorMessage>((_, message) =>
        {
            subscribed = false;
            if (message.Message is not ("Framework disconnected" or "Framework failed over"))
            {
                memory.Violations.Add(message.Message);
            }
        });
        Install<ResourceOffersMessage>((_, message) => Answer(message));
        Install<StatusUpdateMessage>((_, message) => Updated(message.Update));
        Install<RescindResourceOfferMessage>((_, _) => { });
        Install<LostSlaveMessage>((_, _) => { });
        Tick();
    }

    protected override void Exited(UPid pid) => subscribed = false;

    private void Tick()
    {
        // A master that forgot the framework says nothing to its calls.
        if (!subscribed || ++unanswered > 3)
        {
            subscribed = false;
            Subscribe();
        }
        else
        {
            Known.Clear();
            Send(master, new Call { Type = Call.Types.Type.Reconcile, FrameworkId = Id(), Reconcile = new Call.Types.Reconcile() });

            // One that is unknown is always answered, unless agents may still come back.
            var probe = new Call { Type = Call.Types.Type.Reconcile, FrameworkId = Id(), Reconcile = new Call.Types.Reconcile() };
            probe.Reconcile.Tasks.Add(new Call.Types.Reconcile.Types.Task { TaskId = new TaskID { Value = "probe" } });
            Send(master, probe);
        }

        Delay(Retry * (0.5 + Random.NextDouble()), Tick);
    }

    private void Subscribe()
    {
        Link(master);
        var info = new FrameworkInfo
        {
            User = "u",
            Name = "survivor",
            FailoverTimeout = 1e6,
            Checkpoint = true,
            Id = Id(),
            Capabilities =
            {
                new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.PartitionAware },
            },
        };
        var call = new Call { Type = Call.Types.Type.Subscribe, FrameworkId = Id(), Subscribe = new Call.Types.Subscribe { FrameworkInfo = info } };
        call.Subscribe.Force = force;
        Send(master, call);
    }

    private void Subscribed(FrameworkID id)
    {
        if (memory.FrameworkId is not null && memory.FrameworkId != id.Value)
        {
            memory.Violations.Add($"the framework became {id.Value}");
        }

        memory.FrameworkId = id.Value;
        (subscribed, force, unanswered) = (true, false, 0);
    }

    private void Answer(ResourceOffersMessage message)
    {
        foreach (Offer offer in message.Offers)
        {
            var accept = new Call.Types.Accept { Filters = new Filters { RefuseSeconds = 1 } };
            accept.OfferIds.Add(offer.Id);
            if (memory.Launched < MaxTasks)
            {
                string id = $"task-{++memory.Launched}";
                memory.Tasks[id] = TaskState.TaskStaging;
                accept.Operations.Add(Peers.FakeScheduler.Operation(new TaskInfo
                {
                    Name = id,
                    TaskId = new TaskID { Value = id },
                    SlaveId = offer.SlaveId,
                    Command = new CommandInfo { Value = "sleep" },
                    Resources = { Resources.Parse("cpus:0.5;mem:32") },
                }));
            }

            Send(master, new Call { Type = Call.Types.Type.Accept, FrameworkId = Id(), Accept = accept });
        }
    }

    private void Updated(StatusUpdate update)
    {
        unanswered = 0;
        string id = update.Status.TaskId.Value;
        if (id == "probe")
        {
            return;
        }

        Known[id] = update.Status.State;
        memory.Tasks[id] = update.Status.State;
        if (update.HasUuid)
        {
            memory.Seen.Add(update.Uuid);
            Send(master, new Call
            {
                Type = Call.Types.Type.Acknowledge,
                FrameworkId = Id(),
                Acknowledge = new Call.Types.Acknowledge { SlaveId = update.SlaveId, TaskId = update.Status.TaskId, Uuid = update.Uuid },
            });
        }
    }

    private FrameworkID? Id() => memory.FrameworkId is { } id ? new FrameworkID { Value = id } : null;
}

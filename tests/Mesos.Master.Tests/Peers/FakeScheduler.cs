using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests.Peers;

/// <summary>A scheduler whose every call is told by the test.</summary>
public sealed class FakeScheduler(ProcessManager manager, UPid master, string id = "scheduler-1") : FakePeer(manager, id, master)
{
    public FrameworkInfo Info { get; set; } = new() { User = "root", Name = "test", Hostname = "vm" };

    public FrameworkID FrameworkId => Info.Id;

    public void With(params FrameworkInfo.Types.Capability.Types.Type[] capabilities) =>
        Info.Capabilities.Add(capabilities.Select(type => new FrameworkInfo.Types.Capability { Type = type }));

    public void Subscribe(bool? force = null)
    {
        var call = new Call
        {
            Type = Call.Types.Type.Subscribe,
            Subscribe = new Call.Types.Subscribe { FrameworkInfo = Info.Clone(), OfferConstraints = new OfferConstraints() },
            FrameworkId = Info.Id?.Clone(),
        };
        if (force is { } value)
        {
            call.Subscribe.Force = value;
        }

        Say(call);
    }

    public void Make(Call.Types.Type type, Action<Call>? fill = null)
    {
        var call = new Call { Type = type, FrameworkId = Info.Id?.Clone() };
        fill?.Invoke(call);
        Say(call);
    }

    public void Launch(Offer offer, params TaskInfo[] tasks) => Accept([offer], new Filters(), Operation(tasks));

    public void Accept(IEnumerable<Offer> offers, Filters? filters, params Offer.Types.Operation[] operations) => Make(
        Call.Types.Type.Accept,
        call =>
        {
            call.Accept = new Call.Types.Accept { Filters = filters };
            call.Accept.OfferIds.Add(offers.Select(offer => offer.Id.Clone()));
            call.Accept.Operations.Add(operations);
        });

    public void Decline(Offer offer, double? refuseSeconds = null) => Make(Call.Types.Type.Decline, call =>
    {
        call.Decline = new Call.Types.Decline();
        call.Decline.OfferIds.Add(offer.Id.Clone());
        if (refuseSeconds is { } seconds)
        {
            call.Decline.Filters = new Filters { RefuseSeconds = seconds };
        }
    });

    public void Acknowledge(StatusUpdate update) => Make(Call.Types.Type.Acknowledge, call =>
        call.Acknowledge = new Call.Types.Acknowledge { SlaveId = update.SlaveId, TaskId = update.Status.TaskId, Uuid = update.Uuid });

    public static Offer.Types.Operation Operation(params TaskInfo[] tasks)
    {
        var launch = new Offer.Types.Operation.Types.Launch();
        launch.TaskInfos.Add(tasks.Select(task => task.Clone()));
        return new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Launch, Launch = launch };
    }

    public static TaskInfo Task(Offer offer, string id = "task-1", string resources = "cpus:0.5;mem:32") => new()
    {
        Name = $"name of {id}",
        TaskId = new TaskID { Value = id },
        SlaveId = offer.SlaveId.Clone(),
        Command = new CommandInfo { Value = "sleep 1000" },
        Resources = { Resources.Parse(resources) },
    };

    /// <summary>A task for executor <c>e</c>, which takes a processor for itself.</summary>
    public static TaskInfo TaskOfExecutor(Offer offer)
    {
        TaskInfo task = Task(offer);
        task.Command = null;
        task.Executor = new ExecutorInfo
        {
            ExecutorId = new ExecutorID { Value = "e" },
            Command = new CommandInfo { Value = "run" },
            Resources = { Resources.Parse("cpus:1") },
        };
        return task;
    }

    protected override void Initialize()
    {
        Install<FrameworkRegisteredMessage>((_, message) => Learn(message.FrameworkId, message));
        Install<FrameworkReregisteredMessage>((_, message) => Learn(message.FrameworkId, message));
        Keep<ResourceOffersMessage>();
        Keep<RescindResourceOfferMessage>();
        Keep<StatusUpdateMessage>();
        Keep<UpdateOperationStatusMessage>();
        Keep<Event>();
        Keep<InverseOffersMessage>();
        Keep<RescindInverseOfferMessage>();
        Keep<LostSlaveMessage>();
        Keep<ExitedExecutorMessage>();
        Keep<ExecutorToFrameworkMessage>();
        Keep<FrameworkErrorMessage>();
        Keep<SubmitSchedulerResponse>();
        Keep<AuthenticationErrorMessage>();
    }

    private void Learn(FrameworkID id, Google.Protobuf.IMessage message)
    {
        Info.Id = id.Clone();
        Remember(message);
    }
}

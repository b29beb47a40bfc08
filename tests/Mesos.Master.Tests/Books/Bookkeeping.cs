using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Metrics;
using LibProcess.Randomness;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.Accept;
using Mesos.Master.Agents;
using Mesos.Master.Authorization;
using Mesos.Master.Frameworks;
using Mesos.Master.Leadership;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Tests.Books;

/// <summary>The parts of a master that keep its books, wired as the master wires them.</summary>
internal sealed class Bookkeeping
{
    public Bookkeeping(MetricsRegistry registry, RandomSource random, Action<UPid, IMessage> sent)
    {
        Context = new BookContext(registry, random, sent);
        State = new MasterState(Context.Options);
        var ids = new MasterIds("m");
        Book = new OfferBook(Context, State, Allocator);
        Broadcast = new Broadcast(Context, State, Allocator, Book, ids);
        Decline = new Decline(Context, State, Book);
        var forwarding = new StatusForwarding(Context);
        var transitions = new TaskTransitions(Context, State, Allocator);
        Lifecycle = new OperationLifecycle(Context, State, Allocator);
        var operationForwarding = new OperationForwarding(Context, State);
        var draining = new Draining(Context, State, null!, null!, null!);
        Updates = new StatusUpdateRelay(Context, State, forwarding, transitions);
        Acknowledgements = new Acknowledgements(Context, State, transitions, draining);
        OperationUpdates = new OperationUpdates(Context, State, Lifecycle, operationForwarding);
        OperationAcknowledgements = new OperationAcknowledgements(Context, State, Lifecycle, draining);
        var inverseOffers = new InverseOffers(Context, State, Book, ids);
        Departure = new AgentDeparture(
            Context, State, Allocator, Book, transitions, forwarding, new OperationDeparture(Context, State, Lifecycle, operationForwarding),
            inverseOffers);
        Recovery = new FrameworkRecovery(Context, State, Allocator, Lifecycle);
        Removal = new FrameworkRemoval(Context, State, Allocator, Book, inverseOffers, transitions, Lifecycle);
        var drop = new OperationDrop(Context, operationForwarding);
        var answers = new TaskAnswers(Context, forwarding);
        var converting = new ConvertingOperation(drop, new OperationDispatch(Context, Lifecycle), Book);
        Accept = new AcceptCall(
            Context, State, Allocator, Book, new OperationScreening(Context, drop, answers), drop, answers,
            new AcceptPermissions(Context, new Permissions(Context)),
            new Dictionary<OperationType, IAcceptedOperation>
            {
                [OperationType.Launch] = new LaunchOperation(Context, answers),
                [OperationType.Reserve] = converting,
                [OperationType.Unreserve] = converting,
                [OperationType.Create] = converting,
                [OperationType.Destroy] = converting,
                [OperationType.GrowVolume] = converting,
                [OperationType.ShrinkVolume] = converting,
            });
    }

    public BookContext Context { get; }

    public MasterState State { get; }

    public SynchronousAllocator Allocator { get; } = new();

    public OfferBook Book { get; }

    public Broadcast Broadcast { get; }

    public Decline Decline { get; }

    public AcceptCall Accept { get; }

    public StatusUpdateRelay Updates { get; }

    public Acknowledgements Acknowledgements { get; }

    public OperationLifecycle Lifecycle { get; }

    public OperationUpdates OperationUpdates { get; }

    public OperationAcknowledgements OperationAcknowledgements { get; }

    public AgentDeparture Departure { get; }

    public FrameworkRecovery Recovery { get; }

    public FrameworkRemoval Removal { get; }

    public Agent AddAgent(int number, string resources)
    {
        var info = new SlaveInfo { Id = new SlaveID { Value = $"m-S{number}" }, Hostname = $"h{number}" };
        var agent = new Agent(info, BookContext.Pid("slave(1)", 10000 + number % 50000), Context.Now);
        var capabilities = AgentCapabilities.Of(
            Enum.GetValues<SlaveInfo.Types.Capability.Types.Type>()
                .Where(type => number % 3 != 0 || type != SlaveInfo.Types.Capability.Types.Type.ResourceProvider)
                .Select(type => new SlaveInfo.Types.Capability { Type = type }));
        agent.Update(info, "1.12.0", capabilities, Resources.Empty, Resources.Parse(resources), new UUID { Value = UuidBytes.ToByteString(Context.Random.NewUuid()) });
        State.Agents.Add(agent);
        Allocator.AddAgent(info, capabilities, agent.TotalResources, agent.Used.ByOwner);
        return agent;
    }

    public Framework AddFramework(int number)
    {
        var info = new FrameworkInfo { Id = new FrameworkID { Value = $"m-{number:D4}" }, User = "u", Name = "n", Roles = { number % 2 == 0 ? "a" : "b" } };
        info.Capabilities.Add(new[]
        {
            FrameworkInfo.Types.Capability.Types.Type.MultiRole, FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement,
            FrameworkInfo.Types.Capability.Types.Type.PartitionAware,
        }.Select(type => new FrameworkInfo.Types.Capability { Type = type }));
        var framework = new Framework(info, Context.Options);
        framework.Connect(BookContext.Pid($"scheduler-{number}", 60000), http: true);
        framework.Activate();
        Recovery.Add(framework, new Mesos.Master.Allocator.FrameworkOptions(new HashSet<string>()));
        return framework;
    }
}

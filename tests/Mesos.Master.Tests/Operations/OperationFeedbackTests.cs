using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using static Mesos.Master.Tests.OperationFixtures;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using Question = Mesos.Proto.Scheduler.Call.Types.ReconcileOperations.Types.Operation;

namespace Mesos.Master.Tests.Operations;

public sealed class OperationFeedbackTests : MasterTest
{
    // Disk alone is worth an offer here.
    protected override MasterOptions Options => base.Options with { MinAllocatableResources = [] };

    private FakeAgent agent = null!;
    private FakeScheduler scheduler = null!;
    private Offer offer = null!;

    [SetUp]
    public async Task Offer()
    {
        agent = await AgentAsync();
        scheduler = await StreamAsync(prepare: s =>
        {
            s.With(Capability.MultiRole, Capability.ReservationRefinement, Capability.PartitionAware);
            s.Info.Roles.Add("dev");
        });
        offer = OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_reservation_travels_to_the_agent_its_end_to_the_framework_and_the_acknowledgement_back()
    {
        ApplyOperationMessage apply = await ReserveAsync("op");
        Assert.That(apply.FrameworkId, Is.EqualTo(scheduler.FrameworkId));
        Assert.That(apply.ResourceVersionUuid, Is.EqualTo(new ResourceVersionUUID { Uuid = FakeAgent.Uuid(FakeAgent.Version) }));
        Assert.That(apply.OperationInfo.Reserve.Resources[0].AllocationInfo.Role, Is.EqualTo("dev"));

        UpdateOperationStatusMessage update = agent.Report(apply);
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<UpdateOperationStatusMessage>(), Is.EqualTo(update));

        Acknowledge(update);
        Acknowledge(update);
        await Node.SettleAsync();
        var acknowledged = agent.TakeOnly<AcknowledgeOperationStatusMessage>();
        Assert.That((acknowledged.StatusUuid, acknowledged.OperationUuid), Is.EqualTo((update.Status.Uuid, update.OperationUuid)), "once");
    }

    [Test]
    public async Task An_agent_that_comes_back_as_an_older_program_owes_no_acknowledgements()
    {
        agent.Report(await ReserveAsync("op"));
        await Node.SettleAsync();
        agent.Capabilities.Remove(SlaveInfo.Types.Capability.Types.Type.AgentOperationFeedback);
        agent.Say(agent.Reregistration());
        await Node.SettleAsync();
        scheduler.Take();
        scheduler.Make(Call.Types.Type.ReconcileOperations, call => call.ReconcileOperations = new Call.Types.ReconcileOperations
        {
            Operations = { new Question { OperationId = new OperationID { Value = "op" }, SlaveId = agent.Info.Id.Clone() } },
        });
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<Event>().UpdateOperationStatus.Status.State, Is.EqualTo(OperationState.OperationUnknown));
    }

    [Test]
    public async Task Without_an_id_the_master_acknowledges_itself()
    {
        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev")));
        await Node.SettleAsync();
        UpdateOperationStatusMessage update = agent.Report(agent.TakeOnly<ApplyOperationMessage>());
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<AcknowledgeOperationStatusMessage>().StatusUuid, Is.EqualTo(update.Status.Uuid));
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task What_was_reserved_is_offered_as_reserved()
    {
        await ReserveAsync("op");
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(OnlyOffer(scheduler).Resources.Single(resource => resource.Reservations.Count > 0).Reservations.Single().Role, Is.EqualTo("dev"));
    }

    [Test]
    public async Task Later_operations_of_a_call_use_what_earlier_ones_made()
    {
        Resource volume = Volume("v", 100, "dev");
        TaskInfo task = FakeScheduler.Task(offer);
        task.Resources.Add(volume.Clone());
        scheduler.Accept([offer], null, Reserve(Reserved("disk:100", "dev")), Create(volume), Launch(task));
        await Node.SettleAsync();
        Assert.That(
            agent.Take().Select(message => message.GetType()),
            Is.EqualTo(new[] { typeof(ApplyOperationMessage), typeof(ApplyOperationMessage), typeof(RunTaskMessage) }));
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task A_volume_in_use_cannot_go_and_one_that_is_free_can()
    {
        Resource volume = Volume("v", 100, "dev");
        scheduler.Accept([offer], new Filters { RefuseSeconds = 0 }, Reserve(Reserved("disk:100", "dev")), Create(volume));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        agent.Take();
        offer = OnlyOffer(scheduler);
        scheduler.Accept([offer], null, Destroy(volume).WithId("first"), Destroy(volume).WithId("second"));
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<ApplyOperationMessage>().OperationInfo.Id.Value, Is.EqualTo("first"));
        OperationStatus refused = scheduler.TakeOnly<Event>().UpdateOperationStatus.Status;
        Assert.That((refused.State, refused.OperationId.Value), Is.EqualTo((OperationState.OperationError, "second")));
        Assert.That(refused.Message, Does.StartWith($"Persistent volumes not found; on agent {agent.AgentId} at {agent.Self} (agent.example)"));
    }

    [TestCase(150, 50, 120)]
    public async Task A_volume_grows_and_shrinks(double size, double addition, double by)
    {
        Resource volume = Volume("v", size, "dev");
        Resource grown = Volume("v", size + addition, "dev");
        scheduler.Accept(
            [offer], new Filters { RefuseSeconds = 0 }, Reserve(Reserved($"disk:{size + addition}", "dev")), Create(volume),
            Grow(volume, Reserved($"disk:{addition}", "dev")), Shrink(grown, by).WithId("same call"));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(agent.Take<ApplyOperationMessage>(), Has.Count.EqualTo(3));
        Event refused = scheduler.Take().OfType<Event>().Single();
        Assert.That(refused.UpdateOperationStatus.Status.Message, Does.StartWith("Invalid SHRINK_VOLUME operation: "), "resized volumes wait for the next offer");

        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        scheduler.Make(Call.Types.Type.Revive, call => call.Revive = new Call.Types.Revive());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
    }

    [Test]
    public async Task Offers_that_are_gone_end_operations_with_an_error()
    {
        offer.Id.Value = "gone";
        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev")).WithId("op"));
        await Node.SettleAsync();
        OperationStatus status = scheduler.TakeOnly<Event>().UpdateOperationStatus.Status;
        Assert.That((status.State, status.OperationId.Value), Is.EqualTo((OperationState.OperationError, "op")));
        Assert.That(status.Message, Is.EqualTo("Operation attempted with invalid offers: Offer gone is no longer valid"));
        Assert.That(status.Uuid, Is.Null);
    }

    [TestCase(OperationState.OperationDropped)]
    [TestCase(OperationState.OperationFailed)]
    public async Task An_end_that_is_not_reliable_is_forgotten_at_once(OperationState state)
    {
        agent.Report(await ReserveAsync("op"), state, reliable: false, update => update.FrameworkId = null);
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<UpdateOperationStatusMessage>().Status.OperationId.Value, Is.EqualTo("op"), "the master fills in the id");
        Assert.That(await AskAsync("op"), Is.EqualTo((OperationState.OperationUnknown, "Reconciliation: Operation is unknown")));
    }

    [Test]
    public async Task Reconciliation_repeats_what_is_known_and_tells_why_not()
    {
        ApplyOperationMessage apply = await ReserveAsync("op");
        Assert.That(await AskAsync("op"), Is.EqualTo((OperationState.OperationPending, "")));
        agent.Report(apply);
        await Node.SettleAsync();
        scheduler.Take();
        Assert.That(await AskAsync("op"), Is.EqualTo((OperationState.OperationFinished, "")));
        Assert.That(await AskAsync("other"), Is.EqualTo((OperationState.OperationUnknown, "Reconciliation: Operation is unknown")));
        Assert.That(
            await AskAsync("other", "nowhere"),
            Is.EqualTo((OperationState.OperationUnknown, "Reconciliation: Both operation and agent are unknown")));
        Assert.That(
            await AskAsync("other", agentId: null),
            Is.EqualTo((OperationState.OperationUnknown, "Reconciliation: Operation is unknown and no 'agent_id' was provided")));

        scheduler.Make(Call.Types.Type.ReconcileOperations, call => call.ReconcileOperations = new Call.Types.ReconcileOperations());
        await Node.SettleAsync();
        OperationStatus all = scheduler.TakeOnly<Event>().UpdateOperationStatus.Status;
        Assert.That((all.OperationId.Value, all.Uuid), Is.EqualTo(("op", (UUID?)null)), "all, without a uuid");
    }

    [Test]
    public async Task What_only_an_agent_can_tell_is_asked_there_and_its_answer_passed_on()
    {
        Ask(new Question
        {
            OperationId = new OperationID { Value = "x" },
            SlaveId = agent.Info.Id.Clone(),
            ResourceProviderId = new ResourceProviderID { Value = "away" },
        });
        await Node.SettleAsync();
        ReconcileOperationsMessage asked = agent.TakeOnly<ReconcileOperationsMessage>();
        Assert.That((asked.FrameworkId, asked.Operations.Single().OperationId.Value), Is.EqualTo((scheduler.FrameworkId, "x")));
        var answer = new UpdateOperationStatusMessage
        {
            FrameworkId = asked.FrameworkId.Clone(),
            SlaveId = agent.Info.Id.Clone(),
            Status = new OperationStatus { State = OperationState.OperationUnreachable, OperationId = new OperationID { Value = "x" } },
        };
        agent.Say(answer.Clone());
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<UpdateOperationStatusMessage>(), Is.EqualTo(answer));
    }

    [Test]
    public async Task An_agent_is_asked_about_operations_it_does_not_list()
    {
        ApplyOperationMessage apply = await ReserveAsync("op");
        agent.Say(agent.ResourceReport());
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<ReconcileOperationsMessage>().Operations.Single().OperationUuid, Is.EqualTo(apply.OperationUuid));
    }

    [Test]
    public async Task A_disk_is_made_by_its_provider_and_offered_when_it_is_there()
    {
        scheduler.Decline(offer, 1000);
        await ProvideAsync(Raw("p"));
        Offer raw = OnlyOffer(scheduler);
        Operation_CreateDisk(raw);
        await Node.SettleAsync();
        ApplyOperationMessage apply = agent.TakeOnly<ApplyOperationMessage>();
        Assert.That(apply.ResourceVersionUuid.ResourceProviderId.Value, Is.EqualTo("p"));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(
            scheduler.Take<ResourceOffersMessage>().SelectMany(message => message.Offers).SelectMany(offered => offered.Resources),
            Has.None.Matches<Resource>(resource => resource.ProviderId is not null),
            "held while it is made");

        Resource made = raw.Resources.Single(resource => resource.ProviderId is not null).Clone();
        made.Disk.Source.Type = Resource.Types.DiskInfo.Types.Source.Types.Type.Mount;
        agent.Report(apply, change: update => update.LatestStatus.ConvertedResources.Add(made));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(
            scheduler.Take<ResourceOffersMessage>().SelectMany(message => message.Offers).SelectMany(offered => offered.Resources)
                .Single(resource => resource.ProviderId is not null).Disk.Source.Type,
            Is.EqualTo(Resource.Types.DiskInfo.Types.Source.Types.Type.Mount));
    }

    [Test]
    public async Task Operations_an_agent_brings_along_are_known_again()
    {
        ApplyOperationMessage apply = await ReserveAsync("op");
        FakeAgent other = await AgentAsync("slave(2)");
        var operation = new Operation
        {
            FrameworkId = scheduler.FrameworkId.Clone(),
            Info = apply.OperationInfo.Clone().WithId("brought"),
            LatestStatus = new OperationStatus { State = OperationState.OperationFinished, OperationId = new OperationID { Value = "brought" } },
            Uuid = FakeAgent.Uuid(Guid.Parse("11111111-1111-4111-8111-111111111111")),
        };
        other.Say(other.ResourceReport(operation));
        await Node.SettleAsync();
        scheduler.Take();
        Assert.That((await AskAsync("brought", other.AgentId)).State, Is.EqualTo(OperationState.OperationFinished));
    }

    [Test]
    public async Task Drivers_hear_nothing_of_acknowledgements_and_reconciliations_of_operations()
    {
        FakeScheduler driver = await SubscribedAsync("driver");
        driver.Make(Call.Types.Type.ReconcileOperations, call => call.ReconcileOperations = new Call.Types.ReconcileOperations());
        driver.Make(Call.Types.Type.AcknowledgeOperationStatus, call => call.AcknowledgeOperationStatus = new Call.Types.AcknowledgeOperationStatus
        {
            SlaveId = agent.Info.Id.Clone(), OperationId = new OperationID { Value = "op" }, Uuid = FakeAgent.Uuid(FakeAgent.Version).Value,
        });
        await Node.SettleAsync();
        Assert.That(driver.Take().Where(message => message is not (ResourceOffersMessage or FrameworkRegisteredMessage)), Is.Empty);
        Assert.That(agent.Take(), Is.Empty);
    }

    // Inputs that end the original.

    [Test]
    public async Task Crash_9_13_an_update_without_an_agent_is_dropped()
    {
        agent.Report(await ReserveAsync("op"), change: update => update.SlaveId = null);
        agent.Say(new UpdateOperationStatusMessage
        {
            SlaveId = agent.Info.Id.Clone(), Status = new OperationStatus { State = OperationState.OperationFinished },
        });
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);
        Assert.That(await AskAsync("op"), Is.EqualTo((OperationState.OperationPending, "")), "it goes on");
    }

    [Test]
    public async Task Crash_9_3_an_agent_that_tells_no_version_of_its_resources_gets_no_operations()
    {
        scheduler.Decline(offer, 1000);
        FakeAgent silent = Node.Spawn(new FakeAgent(Node.Manager, agent.Master, "slave(2)"));
        silent.Register(withVersion: false);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        offer = scheduler.Take<ResourceOffersMessage>().SelectMany(message => message.Offers).Single();
        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev")).WithId("op"));
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<Event>().UpdateOperationStatus.Status.Message, Does.Contain("has not told the version of its resources"));
        Assert.That(silent.Take(), Is.Empty);
    }

    [Test]
    public async Task Crash_an_operation_on_a_provider_nobody_knows_is_an_error()
    {
        scheduler.Accept([offer], null, CreateDisk(Raw("unknown")).WithId("op"));
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<Event>().UpdateOperationStatus.Status.State, Is.EqualTo(OperationState.OperationError));
    }

    [Test]
    public async Task Crash_operations_without_content_or_resources_are_errors()
    {
        scheduler.Accept(
            [offer], null, new Offer.Types.Operation { Type = Proto.Offer.Types.Operation.Types.Type.Reserve }.WithId("a"), Reserve().WithId("b"),
            Unreserve().WithId("c"), Create().WithId("d"), Destroy().WithId("e"));
        await Node.SettleAsync();
        Assert.That(
            scheduler.Take<Event>().Select(message => message.UpdateOperationStatus.Status.OperationId.Value),
            Is.EqualTo(new[] { "a", "b", "c", "d", "e" }));
        Assert.That(agent.Take(), Is.Empty);
    }

    private async Task<ApplyOperationMessage> ReserveAsync(string id)
    {
        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev")).WithId(id));
        await Node.SettleAsync();
        return agent.TakeOnly<ApplyOperationMessage>();
    }

    private void Operation_CreateDisk(Offer raw) => scheduler.Accept([raw], null, new Offer.Types.Operation
    {
        Type = Proto.Offer.Types.Operation.Types.Type.CreateDisk,
        CreateDisk = new Offer.Types.Operation.Types.CreateDisk
        {
            Source = raw.Resources.Single(resource => resource.ProviderId is not null).Clone(), TargetType = Resource.Types.DiskInfo.Types.Source.Types.Type.Mount,
        },
    });

    private async Task ProvideAsync(Resource resource)
    {
        resource.Scalar.Value = 10000;
        var provider = new UpdateSlaveMessage.Types.ResourceProvider
        {
            Info = new ResourceProviderInfo { Id = resource.ProviderId.Clone(), Type = "t", Name = "n" },
            Operations = new UpdateSlaveMessage.Types.Operations(),
            ResourceVersionUuid = FakeAgent.Uuid(FakeAgent.Version),
        };

        provider.TotalResources.Add(resource);
        UpdateSlaveMessage report = agent.ResourceReport();
        report.ResourceProviders.Providers.Add(provider);
        agent.Say(report);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
    }

    private void Acknowledge(UpdateOperationStatusMessage update) => scheduler.Make(Call.Types.Type.AcknowledgeOperationStatus, call =>
        call.AcknowledgeOperationStatus = new Call.Types.AcknowledgeOperationStatus
        {
            SlaveId = update.SlaveId.Clone(), OperationId = update.Status.OperationId.Clone(), Uuid = update.Status.Uuid.Value,
        });

    private Task<(OperationState State, string Message)> AskAsync(string id) => AskAsync(id, agent.AgentId);

    private async Task<(OperationState State, string Message)> AskAsync(string id, string? agentId)
    {
        Ask(new Question
        {
            OperationId = new OperationID { Value = id }, SlaveId = agentId is null ? null : new SlaveID { Value = agentId },
        });
        await Node.SettleAsync();
        OperationStatus status = scheduler.TakeOnly<Event>().UpdateOperationStatus.Status;
        Assert.That((status.OperationId.Value, status.Uuid), Is.EqualTo((id, (UUID?)null)));
        return (status.State, status.Message);
    }

    private void Ask(Question question) => scheduler.Make(Call.Types.Type.ReconcileOperations, call =>
        call.ReconcileOperations = new Call.Types.ReconcileOperations { Operations = { question } });
}

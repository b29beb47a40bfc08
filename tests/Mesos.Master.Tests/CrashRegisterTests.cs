using Mesos.Common.Values;
using Mesos.Master.Agents;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Maintenance;
using Mesos.Proto.Scheduler;
using AgentCapability = Mesos.Proto.SlaveInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Tests;

/// <summary>What ended masters of the original, by the number of the report or the place of the assertion. Ours stays up, and every fault fails a test.</summary>
public sealed class CrashRegisterTests : MasterTest
{
    [OneTimeTearDown]
    public static void Count() => TestContext.Progress.WriteLine($"{TestContext.CurrentContext.Result.PassCount} tests of reports of masters that ended passed");

    [Test]
    public async Task MESOS_6074_metrics_are_asked_for_before_the_registry_is_recovered()
    {
        await using var node = new LibProcess.Testing.TestNode(configure: Mesos.Common.Messages.WireMessageSchema.ApplyTo);
        await using MasterDaemon master = MasterDaemon.Start(node.Manager, new MasterOptions(), new NeverAnsweringStorage());
        await node.SettleAsync();
        var metrics = node.Manager.Metrics.SnapshotAsync();
        await node.SettleAsync();
        HashSet<string> names = [.. (await metrics).Select(metric => metric.Key)];
        Assert.That(names.Contains("master/elected"), Is.True);
        Assert.That(names.Contains("registrar/registry_size_bytes"), Is.False, "nobody knows it yet");
    }

    [Test]
    public async Task MESOS_10109_a_master_takes_over_a_maintenance_schedule()
    {
        FakeAgent agent = await AgentAsync();
        var machine = new MachineID { Hostname = agent.Info.Hostname, Ip = agent.Self.Address.ToIPAddress().ToString() };
        var window = new Window { MachineIds = { machine }, Unavailability = new Unavailability { Start = new TimeInfo { Nanoseconds = 1 } } };
        Assert.That(await AskAsync(Master.UpdateMaintenanceScheduleAsync(new Schedule { Windows = { window } })), Is.EqualTo(OperatorAnswer.Done));
        await RestartMasterAsync();
        agent.Say(agent.Reregistration());
        FakeScheduler scheduler = await SubscribedAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(agent.Take<SlaveReregisteredMessage>(), Is.Not.Empty);
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Not.Empty);
    }

    [Test]
    public async Task MESOS_8623_a_scheduler_that_ends_in_the_middle_takes_nothing_along()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        FakeScheduler other = await SubscribedAsync("scheduler-2");
        scheduler.Subscribe(force: true);
        scheduler.Terminate();
        agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        agent.Say(agent.Reregistration());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(other.Take<ResourceOffersMessage>(), Is.Not.Empty);
    }

    [Test]
    public async Task MESOS_7566_an_agent_leaves_while_its_resources_are_offered_used_and_oversubscribed()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s => s.With(FrameworkInfo.Types.Capability.Types.Type.RevocableResources));
        var more = new UpdateSlaveMessage { SlaveId = agent.Info.Id.Clone(), UpdateOversubscribedResources = true };
        Resource revocable = Mesos.Common.Resources.Parse("cpus:0.1").Single().Clone();
        revocable.Revocable = new Resource.Types.RevocableInfo();
        more.OversubscribedResources.Add(revocable);
        agent.Say(more);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Not.Empty);
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        scheduler.Make(Call.Types.Type.Teardown);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(await MetricAsync("master/cpus_used"), Is.Zero);
        await ServesAsync();
    }

    [Test]
    public async Task MESOS_10008_a_quota_beyond_all_numbers_is_kept_and_ends_nothing()
    {
        var config = new Proto.Quota.QuotaConfig { Role = "dev" };
        config.Guarantees["cpus"] = new Value.Types.Scalar { Value = 1e300 };
        config.Limits["mem"] = new Value.Types.Scalar { Value = double.MaxValue };
        RegistryState registry = RegistryState.Empty();
        registry.Rest.QuotaConfigs.Add(config);
        await StoreAndRestartAsync(registry.ToProto());
        FakeAgent agent = await AgentAsync();
        await SubscribedAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(agent.Info.Id, Is.Not.Null);
        Assert.That((await StoredAsync()).QuotaConfigs.Single(), Is.EqualTo(config));
    }

    [Test]
    public async Task MESOS_10011_operations_and_acknowledgements_with_the_id_of_an_agent_that_is_gone()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await StreamAsync(prepare: s =>
        {
            s.With(FrameworkInfo.Types.Capability.Types.Type.MultiRole, FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement);
            s.Info.Roles.Add("dev");
        });
        Offer offer = OnlyOffer(scheduler);
        scheduler.Accept([offer], null, OperationFixtures.Reserve(OperationFixtures.Reserved("cpus:1", "dev")).WithId("op"));
        await Node.SettleAsync();
        UpdateOperationStatusMessage update = agent.Report(agent.TakeOnly<ApplyOperationMessage>());
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        scheduler.Make(Call.Types.Type.AcknowledgeOperationStatus, call => call.AcknowledgeOperationStatus = new Call.Types.AcknowledgeOperationStatus
        {
            SlaveId = agent.Info.Id.Clone(), OperationId = new OperationID { Value = "op" }, Uuid = update.Status.Uuid.Value,
        });
        scheduler.Accept([offer], null, OperationFixtures.Reserve(OperationFixtures.Reserved("cpus:1", "dev")).WithId("op-2"));
        scheduler.Make(Call.Types.Type.ReconcileOperations, call => call.ReconcileOperations = new Call.Types.ReconcileOperations
        {
            Operations = { new Call.Types.ReconcileOperations.Types.Operation { OperationId = new OperationID { Value = "op" }, SlaveId = agent.Info.Id.Clone() } },
        });
        agent.Say(update);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(
            scheduler.Take<UpdateOperationStatusMessage>().ToArray()[^1].Status.OperationId.Value, Is.EqualTo("op"), "it is answered");
        await ServesAsync();
    }

    [Test]
    public async Task MESOS_10146_a_task_ends_while_its_framework_is_away()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.Info.FailoverTimeout = 1000);
        FrameworkInfo info = scheduler.Info.Clone();
        scheduler.Terminate();
        await Node.SettleAsync();
        Assert.That(await MetricAsync("master/frameworks_disconnected"), Is.EqualTo(1));
        agent.Report(task, info.Id, TaskState.TaskFinished);
        await Node.SettleAsync();
        agent.Say(agent.Reregistration());
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(await MetricAsync("master/tasks_finished"), Is.EqualTo(1));
        await ServesAsync();
    }

    [Test]
    public async Task MESOS_10194_the_last_user_of_a_role_leaves_while_resources_are_reserved_for_it()
    {
        FakeAgent agent = await AgentAsync(prepare: a => a.Info.Resources.Add(FakeAgent.Downgraded("cpus(gone/sub):1")));
        FakeScheduler scheduler = await SubscribedAsync(prepare: s =>
        {
            s.With(FrameworkInfo.Types.Capability.Types.Type.MultiRole);
            s.Info.Roles.Add(["gone/sub", "kept"]);
        });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        scheduler.Info.Roles.Remove("gone/sub");
        scheduler.Make(Call.Types.Type.UpdateFramework, call =>
            call.UpdateFramework = new Call.Types.UpdateFramework { FrameworkInfo = scheduler.Info.Clone() });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        scheduler.Make(Call.Types.Type.Teardown);
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        await ServesAsync();
    }

    [Test]
    public async Task An_agent_with_resource_providers_that_does_not_name_the_version_of_its_resources()
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        agent.Say(new RegisterSlaveMessage
        {
            Slave = agent.Info.Clone(),
            Version = "1.12.0",
            AgentCapabilities = { new SlaveInfo.Types.Capability { Type = AgentCapability.ResourceProvider } },
        });
        await Node.SettleAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer offer = OnlyOffer(scheduler);
        var reserve = new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Reserve, Reserve = new Offer.Types.Operation.Types.Reserve() };
        reserve.Reserve.Resources.Add(Mesos.Common.Resources.Parse("cpus(r):1"));
        scheduler.Accept([offer], new Filters(), reserve, FakeScheduler.Operation(FakeScheduler.Task(offer)));
        await Node.SettleAsync();
        Assert.That((await AgentAsync("slave(2)", second => second.Info.Port++)).Info.Id, Is.Not.Null);
    }

    [Test]
    public async Task An_agent_reports_resource_providers_without_ids_twice_or_with_resources_of_others()
    {
        FakeAgent agent = await AgentAsync();
        UpdateSlaveMessage.Types.ResourceProvider[][] reports =
        [
            [Provider(id: null)],
            [Provider("p"), Provider("p")],
            [Provider("p", Mesos.Common.Resources.Parse("disk:5").First())],
        ];
        foreach (UpdateSlaveMessage.Types.ResourceProvider[] report in reports)
        {
            var message = new UpdateSlaveMessage { SlaveId = agent.Info.Id, ResourceProviders = new UpdateSlaveMessage.Types.ResourceProviders() };
            message.ResourceProviders.Providers.Add(report);
            agent.Say(message);
        }

        await Node.SettleAsync();
        Assert.That(await MetricAsync("master/disk_total"), Is.EqualTo(10000));
    }

    [Test]
    public async Task A_known_resource_provider_reports_an_operation_nobody_asked_for()
    {
        FakeAgent agent = await AgentAsync();
        for (int time = 0; time < 2; time++)
        {
            UpdateSlaveMessage.Types.ResourceProvider provider = Provider("p");
            provider.Operations = new UpdateSlaveMessage.Types.Operations();
            if (time == 1)
            {
                provider.Operations.Operations_.Add(new Operation
                {
                    Info = new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Unknown },
                    LatestStatus = new OperationStatus { State = OperationState.OperationPending },
                    Uuid = new UUID { Value = UuidBytes.ToByteString(FakeAgent.Version) },
                });
            }

            var message = new UpdateSlaveMessage { SlaveId = agent.Info.Id, ResourceProviders = new UpdateSlaveMessage.Types.ResourceProviders() };
            message.ResourceProviders.Providers.Add(provider);
            agent.Say(message);
            await Node.SettleAsync();
        }

        Assert.That(await MetricAsync("master/slaves_connected"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_agent_leaves_comes_back_and_is_gone_all_at_once()
    {
        FakeAgent agent = await AgentAsync();
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id });
        agent.Say(agent.Reregistration());
        Task<OperatorAnswer> gone = Master.MarkAgentGoneAsync(agent.AgentId);
        Task<OperatorAnswer> drained = Master.DrainAgentAsync(agent.AgentId, new DrainConfig { MarkGone = true });
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id });
        await AskAsync(Task.WhenAll(gone, drained));
        await Node.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.That(Completion.IsCompleted, Is.False);
    }

    /// <summary>The original removes more entries than it was asked to.</summary>
    [Test]
    public void Pruning_forgets_what_it_names_and_nothing_else()
    {
        RegistryState registry = RegistryState.Empty();
        for (int i = 0; i < 5; i++)
        {
            var info = new SlaveInfo { Hostname = "h", Id = new SlaveID { Value = $"S{i}" } };
            Assert.That(new AdmitAgent(info).Perform(registry), Is.EqualTo(OperationOutcome.Changed));
            Assert.That(new MarkAgentUnreachable($"S{i}", new TimeInfo { Nanoseconds = i }).Perform(registry).Mutated, Is.True);
        }

        new PruneAgents(["S1", "S2", "unknown"], ["S3"]).Perform(registry);
        Assert.That(registry.Unreachable.Keys, Is.EqualTo(new[] { "S0", "S3", "S4" }));
    }

    private async Task ServesAsync()
    {
        FakeAgent another = await AgentAsync("slave(9)", agent => agent.Info.Hostname = "another.example");
        await SubscribedAsync("scheduler-9");
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That((another.Info.Id is not null, await MetricAsync("master/outstanding_offers")), Is.EqualTo((true, 1)));
    }

    private static UpdateSlaveMessage.Types.ResourceProvider Provider(string? id, params Resource[] resources)
    {
        var provider = new UpdateSlaveMessage.Types.ResourceProvider
        {
            Info = new ResourceProviderInfo { Type = "t", Name = "n", Id = id is null ? null : new ResourceProviderID { Value = id } },
            ResourceVersionUuid = new UUID { Value = UuidBytes.ToByteString(FakeAgent.Version) },
        };
        provider.TotalResources.Add(resources);
        return provider;
    }

    private sealed class NeverAnsweringStorage : Mesos.Master.Registrar.Storage.IRegistryStorage
    {
        private readonly LibProcess.Futures.Promise<ReadOnlyMemory<byte>> never = new();

        public Task<ReadOnlyMemory<byte>> FetchAsync() => never.Task;

        public Task StoreAsync(byte[] registry) => never.Task;
    }
}

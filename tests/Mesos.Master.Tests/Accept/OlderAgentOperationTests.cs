using Mesos.Common;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using static Mesos.Master.Tests.OperationFixtures;
using FrameworkCapability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Tests.Accept;

/// <summary>Operations on agents without resource providers: they are told of all they have to keep, and report nothing.</summary>
public sealed class OlderAgentOperationTests : MasterTest
{
    private FakeAgent agent = null!;

    private async Task<(FakeScheduler Scheduler, Offer Offer)> OfferAsync(string role = "dev", string? principal = null, Action<FakeScheduler>? prepare = null)
    {
        agent = await AgentAsync(prepare: a => a.Capabilities.Clear());
        FakeScheduler scheduler = await SubscribedAsync(prepare: s =>
        {
            s.Info.Role = role;
            if (principal is not null)
            {
                s.Info.Principal = principal;
            }

            prepare?.Invoke(s);
        });
        return (scheduler, OnlyOffer(scheduler));
    }

    [Test]
    public async Task Operations_of_a_driver_come_to_the_agent_as_what_it_has_to_keep_in_the_older_format()
    {
        (FakeScheduler scheduler, Offer offer) = await OfferAsync();
        Resource volume = Volume("v", 50, "dev");
        foreach (Resource resource in new[] { volume })
        {
            ResourceFormat.TryDowngrade(resource);
        }

        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev"), Reserved("disk:50", "dev")), Create(volume), Unreserve(Reserved("cpus:1", "dev")));
        await Node.SettleAsync();
        CheckpointResourcesMessage[] told = [.. agent.Take<CheckpointResourcesMessage>()];
        Assert.That(told.Select(message => message.Resources.Count), Is.EqualTo(new[] { 2, 2, 1 }));
        Resource kept = told[2].Resources.Single();
        Assert.That((kept.Role, kept.Disk.Persistence.Id, kept.AllocationInfo), Is.EqualTo(("dev", "v", (Resource.Types.AllocationInfo?)null)));
        Assert.That(kept.Reservations, Is.Empty);
        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task A_returning_agent_is_told_again_what_it_has_to_keep()
    {
        (FakeScheduler scheduler, Offer offer) = await OfferAsync();
        scheduler.Accept([offer], null, Reserve(Reserved("cpus:1", "dev")));
        await Node.SettleAsync();
        agent.Take();
        ReregisterSlaveMessage message = agent.Reregistration();
        message.AgentCapabilities.Clear();
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(agent.Take().OfType<CheckpointResourcesMessage>().Single().Resources.Single().Role, Is.EqualTo("dev"));
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case(Reserve(Reserved("cpus:1", "other")));
        yield return Case(Reserve(Reserved("cpus:100", "dev")));
        yield return Case(Reserve(Resources.Parse("cpus:1").Single().Clone()));
        yield return Case(Reserve(Reserved("cpus:1", "dev", "somebody")), "me");
        yield return Case(Reserve(Reserved("cpus:1", "dev")), "me");
        yield return Case(Unreserve(Reserved("cpus:1", "dev")));
        yield return Case(Unreserve(Resources.Parse("cpus:1").Single().Clone()));
        yield return Case(Create(Volume("v", 10, "dev")));
        yield return Case(Create(Reserved("disk:10", "dev")));
        yield return Case(Destroy(Volume("v", 10, "dev")));
        yield return Case(Grow(Volume("v", 10, "dev"), Reserved("disk:10", "dev")));
        yield return Case(Shrink(Volume("v", 10, "dev"), 5));
        yield return Case(Shrink(Volume("v", 10, "dev"), double.NaN));
        yield return Case(CreateDisk(Raw("p")));
        yield return Case(new Offer.Types.Operation { Type = Proto.Offer.Types.Operation.Types.Type.Unknown });

        static TestCaseData Case(Offer.Types.Operation operation, string? principal = null) =>
            new TestCaseData(operation, principal).SetArgDisplayNames($"{operation.Type}", $"{operation}"[..Math.Min(90, $"{operation}".Length)], $"{principal}");
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_wrong_operation_is_dropped_and_the_offer_given_back(Offer.Types.Operation operation, string? principal)
    {
        (FakeScheduler scheduler, Offer offer) = await OfferAsync(principal: principal);
        scheduler.Accept([offer], new Filters { RefuseSeconds = 0 }, operation.Clone());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(agent.Take(), Is.Empty);
        Assert.That(OnlyOffer(scheduler).Resources, Is.EquivalentTo(offer.Resources), "nothing is lost");
    }

    [Test]
    public async Task Refined_reservations_and_roles_in_roles_need_an_agent_that_knows_them()
    {
        (FakeScheduler scheduler, Offer offer) = await OfferAsync();
        Resource refined = Reserved("cpus:1", "dev");
        refined.Reservations.Add(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Dynamic, Role = "dev/a" });
        scheduler.Accept([offer], new Filters { RefuseSeconds = 0 }, Reserve(refined));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(agent.Take(), Is.Empty);
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_group_of_tasks_is_sent_whole_or_refused_whole()
    {
        (FakeScheduler scheduler, Offer offer) = await OfferAsync(prepare: s => s.With(FrameworkCapability.PartitionAware));
        var executor = new ExecutorInfo
        {
            ExecutorId = new ExecutorID { Value = "e" },
            FrameworkId = scheduler.FrameworkId.Clone(),
            Type = ExecutorInfo.Types.Type.Default,
            Resources = { Resources.Parse("cpus:0.1;mem:32;disk:32") },
        };
        TaskInfo[] tasks = [FakeScheduler.Task(offer, "a"), FakeScheduler.Task(offer, "b")];
        var group = new Offer.Types.Operation
        {
            Type = Proto.Offer.Types.Operation.Types.Type.LaunchGroup,
            LaunchGroup = new Offer.Types.Operation.Types.LaunchGroup { Executor = executor, TaskGroup = new TaskGroupInfo { Tasks = { tasks } } },
        };
        Offer.Types.Operation twice = group.Clone();
        twice.LaunchGroup.TaskGroup.Tasks[1].TaskId.Value = "a";
        scheduler.Accept([offer], new Filters { RefuseSeconds = 0 }, twice, group);
        await Node.SettleAsync();
        Assert.That(
            scheduler.Take<StatusUpdateMessage>().Select(update => (update.Update.Status.State, update.Update.Status.Reason, update.Update.Status.Message)),
            Is.All.EqualTo((TaskState.TaskError, TaskStatus.Types.Reason.TaskGroupInvalid, "Task 'a' is invalid: Task has duplicate ID: a")));
        RunTaskGroupMessage sent = agent.TakeOnly<RunTaskGroupMessage>();
        Assert.That((sent.LaunchExecutor, sent.TaskGroup.Tasks.Count, sent.Executor.ExecutorId.Value), Is.EqualTo((true, 2, "e")));
        Assert.That(sent.TaskGroup.Tasks.Select(task => task.Executor.ExecutorId.Value), Is.All.EqualTo("e"));

        // An agent that does not run groups says so for each task.
        foreach (TaskInfo task in tasks)
        {
            agent.Report(task, scheduler.FrameworkId, TaskState.TaskDropped);
        }

        await Node.SettleAsync();
        Assert.That(scheduler.Take<StatusUpdateMessage>().Select(update => update.Update.Status.State), Is.All.EqualTo(TaskState.TaskDropped));
    }
}

using Google.Protobuf;
using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using AgentCapability = Mesos.Proto.SlaveInfo.Types.Capability.Types.Type;
using FrameworkCapability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Tests;

/// <summary>
/// Every message of an agent that ends a master of the original, by the section of the facts that names it. Ours drops it with a log
/// line, and goes on. Two more are where operations are tested, and those of the replicated log are with the log.
/// </summary>
public sealed class CrashInputTests : MasterTest
{
    [OneTimeTearDown]
    public static void Count() => TestContext.Progress.WriteLine($"{TestContext.CurrentContext.Result.PassCount} tests of inputs that ended the original passed");

    [TearDown]
    public async Task It_still_serves()
    {
        FakeAgent another = await AgentAsync("slave(9)", agent => agent.Info.Hostname = "another.example");
        Assert.That((another.Info.Id is not null, Completion.IsCompleted), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Crash_9_3_an_agent_that_describes_itself_with_refined_reservations_is_not_answered()
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        Resource refined = Resources.Parse("cpus:1").Single().Clone();
        foreach (string role in (string[])["dev", "dev/sub"])
        {
            refined.Reservations.Add(new Resource.Types.ReservationInfo { Type = Resource.Types.ReservationInfo.Types.Type.Static, Role = role });
        }

        agent.Info.Resources.Add(refined);
        agent.Register();
        await Node.SettleAsync();
        Assert.That((agent.Info.Id, agent.Take().Count), Is.EqualTo(((SlaveID?)null, 0)));
        agent.Info.Id = new SlaveID { Value = "of-an-earlier-master-S0" };
        agent.Say(agent.Reregistration());
        await Node.SettleAsync();
        Assert.That(agent.Take(), Is.Empty);
    }

    [Test]
    public async Task Crash_9_8_an_update_without_the_address_of_its_agent_is_dropped() =>
        await UpdateIsDroppedAsync(message => message.ClearPid());

    [Test]
    public async Task Crash_9_8_an_update_with_the_empty_address_is_dropped() =>
        await UpdateIsDroppedAsync(message => message.Pid = "@0.0.0.0:0");

    [Test]
    public async Task Crash_9_8_an_update_with_an_address_that_is_none_is_dropped() =>
        await UpdateIsDroppedAsync(message => message.Pid = "nonsense");

    [Test]
    public async Task Crash_9_8_an_update_whose_status_has_no_uuid_is_dropped() =>
        await UpdateIsDroppedAsync(message => message.Update.Status.ClearUuid());

    [Test]
    public async Task Crash_10_an_agent_without_roles_that_lists_a_framework_with_several_is_not_answered()
    {
        FakeAgent agent = await AgentAsync(prepare: a => a.Capabilities.Remove(AgentCapability.MultiRole));
        FakeScheduler scheduler = await SubscribedAsync(prepare: s =>
        {
            s.With(FrameworkCapability.MultiRole);
            s.Info.Roles.Add(["a", "b"]);
        });
        ReregisterSlaveMessage message = agent.Reregistration(new Proto.Task
        {
            Name = "t",
            TaskId = new TaskID { Value = "t" },
            FrameworkId = scheduler.FrameworkId.Clone(),
            SlaveId = agent.Info.Id.Clone(),
            State = TaskState.TaskRunning,
            Resources = { FakeAgent.Downgraded("cpus:1") },
        });
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(agent.Take<SlaveReregisteredMessage>(), Is.Empty);

        message.Frameworks.Clear();
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(agent.Take<SlaveReregisteredMessage>(), Is.Empty, "nor where the framework is not listed at all");
    }

    private async Task UpdateIsDroppedAsync(Action<StatusUpdateMessage> change)
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        ByteString uuid = UuidBytes.ToByteString(Guid.Parse("11111111-1111-4111-8111-111111111111"));
        var message = new StatusUpdateMessage
        {
            Pid = agent.Self.ToString(),
            Update = new StatusUpdate
            {
                FrameworkId = scheduler.FrameworkId.Clone(),
                SlaveId = agent.Info.Id.Clone(),
                Uuid = uuid,
                Status = new TaskStatus { TaskId = task.TaskId.Clone(), State = TaskState.TaskFinished, Uuid = uuid },
            },
        };
        change(message);
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);
        Assert.That(await MetricAsync("master/invalid_status_updates"), Is.EqualTo(1));
    }
}

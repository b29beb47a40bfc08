using Google.Protobuf;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class FrameworkMessageTests
{
    private SlaveRig rig = null!;
    private FakePeer executor = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
        executor = await rig.RunExecutorAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    public static ExecutorToFrameworkMessage ToFramework(string text) => new()
    {
        SlaveId = new SlaveID { Value = SlaveRig.SlaveId },
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        ExecutorId = new ExecutorID { Value = "exec-1" },
        Data = ByteString.CopyFromUtf8(text),
    };

    [Test]
    public async Task Messages_of_schedulers_reach_the_executor_from_whomever_they_come()
    {
        FrameworkToExecutorMessage message = ToExecutor();
        await rig.SendAsync(rig.Scheduler, message.Clone());
        await rig.FromMasterAsync(message.Clone());
        Assert.That(executor.All, Is.EqualTo(new[] { message, message }));
    }

    [Test]
    public async Task Messages_for_executors_that_do_not_run_are_dropped()
    {
        FrameworkToExecutorMessage unknown = ToExecutor();
        unknown.ExecutorId.Value = "exec-9";
        await rig.SendAsync(rig.Scheduler, unknown);
        FrameworkToExecutorMessage stranger = ToExecutor();
        stranger.FrameworkId.Value = "nobody";
        await rig.SendAsync(rig.Scheduler, stranger);
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", "exec-2"));
        FrameworkToExecutorMessage early = ToExecutor();
        early.ExecutorId.Value = "exec-2";
        await rig.SendAsync(rig.Scheduler, early);
        Assert.That(executor.All, Is.Empty);
    }

    [Test]
    public async Task Messages_of_executors_go_straight_to_the_scheduler()
    {
        ExecutorToFrameworkMessage message = ToFramework("hello");
        await rig.SendAsync(executor, message.Clone());
        Assert.That(rig.Scheduler.All, Is.EqualTo(new[] { message }));
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task Messages_for_schedulers_without_a_process_go_through_the_master()
    {
        await rig.FromMasterAsync(new UpdateFrameworkMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Pid = "@0.0.0.0:0",
        });
        rig.Master.Forget();
        await rig.SendAsync(executor, ToFramework("hello"));
        Assert.That(rig.Master.All, Is.EqualTo(new[] { ToFramework("hello") }));
    }

    [Test]
    public async Task Without_a_master_messages_of_executors_are_dropped()
    {
        rig.Detector.Appoint(null);
        await rig.Node.SettleAsync();
        await rig.SendAsync(executor, ToFramework("hello"));
        Assert.That(rig.Scheduler.All, Is.Empty);
    }

    private static FrameworkToExecutorMessage ToExecutor() => new()
    {
        SlaveId = new SlaveID { Value = SlaveRig.SlaveId },
        FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
        ExecutorId = new ExecutorID { Value = "exec-1" },
        Data = ByteString.CopyFromUtf8("hi"),
    };
}

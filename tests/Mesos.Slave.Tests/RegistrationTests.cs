using LibProcess.Addressing;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class RegistrationTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public void SetUp() => rig = new SlaveRig();

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task It_registers_with_the_fields_of_a_real_agent_after_a_random_wait()
    {
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.SettleAsync();
        Assert.That(rig.Master.All, Is.Empty);

        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        RegisterSlaveMessage said = rig.Master.Got<RegisterSlaveMessage>()[0];
        RegisterSlaveMessage expected = Recorded.First<RegisterSlaveMessage>("driver-lifecycle", "slave(1)", "master");
        expected.ResourceVersionUuid = said.ResourceVersionUuid;
        expected.Slave.Port = said.Slave.Port;
        Assert.That(said, Is.EqualTo(expected));
        Assert.That(said.ResourceVersionUuid.Value, Has.Length.EqualTo(16));
    }

    [Test]
    public async Task It_registers_again_and_again_with_growing_random_waits_until_it_is_answered()
    {
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        for (int second = 0; second < 600; second++)
        {
            await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        // Once waits are drawn from a minute, the average is 30 seconds.
        int attempts = rig.Master.Got<RegisterSlaveMessage>().Count;
        Assert.That(attempts, Is.InRange(12, 60));
        await rig.FromMasterAsync(Registered());
        rig.Master.Forget();
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(61));
        Assert.That(rig.Master.Got<RegisterSlaveMessage>(), Is.Empty);
    }

    [Test]
    public async Task Right_after_its_registration_it_tells_its_resources_as_a_real_agent_does()
    {
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.FromMasterAsync(Registered());
        UpdateSlaveMessage said = rig.Master.Only<UpdateSlaveMessage>();
        UpdateSlaveMessage expected = Recorded.First<UpdateSlaveMessage>("driver-lifecycle", "slave(1)", "master");
        expected.SlaveId.Value = SlaveRig.SlaveId;
        expected.ResourceVersionUuid = rig.Master.Got<RegisterSlaveMessage>()[0].ResourceVersionUuid;
        Assert.That(said, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_duplicate_answer_is_answered_with_another_update_and_changes_nothing()
    {
        await rig.RegisterAsync();
        await rig.FromMasterAsync(Registered());
        Assert.That(rig.Master.Names, Is.EqualTo(new[] { "UpdateSlaveMessage" }));
    }

    [Test]
    public async Task Answers_from_strangers_are_ignored()
    {
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.SendAsync(rig.Scheduler, Registered());
        Assert.That(rig.Scheduler.All, Is.Empty);
        await rig.FromMasterAsync(Registered());
        Assert.That(rig.Master.Got<UpdateSlaveMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_id_while_it_is_registered_ends_it()
    {
        await rig.RegisterAsync();
        await rig.FromMasterAsync(Registered("cluster-S1"));
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Does.Contain("cluster-S1").And.Contains(SlaveRig.SlaveId));
    }

    [Test]
    public async Task Another_id_in_a_re_registration_ends_it()
    {
        await rig.RegisterAsync();
        await rig.FromMasterAsync(Reregistered("cluster-S1"));
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Does.Contain("wrong id"));
    }

    [Test]
    public async Task A_failed_detection_ends_it()
    {
        await rig.Node.SettleAsync();
        rig.Detector.Fail("no idea");
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Does.Contain("no idea"));
    }

    [Test]
    public async Task A_ping_is_answered_to_its_sender_before_any_registration()
    {
        FakePeer observer = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "slave-observer(1)"));
        await rig.SendAsync(observer, new PingSlaveMessage { Connected = true });
        Assert.That(observer.Only<PongSlaveMessage>(), Is.EqualTo(Recorded.First<PongSlaveMessage>("driver-lifecycle", "slave(1)", "slave-observer")));
    }

    [Test]
    public async Task A_ping_that_takes_it_for_disconnected_makes_it_register_again()
    {
        await rig.RegisterAsync();
        await rig.FromMasterAsync(new PingSlaveMessage { Connected = false });
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        ReregisterSlaveMessage said = rig.Master.Got<ReregisterSlaveMessage>()[0];
        Assert.That(said.Slave.Id.Value, Is.EqualTo(SlaveRig.SlaveId));
        Assert.That(said.Slave.Resources.Select(r => r.Role), Is.All.EqualTo("*"));
        Assert.That(said.Version, Is.EqualTo("1.12.0"));
        Assert.That(said.AgentCapabilities, Has.Count.EqualTo(8));
        Assert.That(said.Tasks, Is.Empty);
    }

    [Test]
    public async Task Silence_of_the_master_makes_it_register_again_and_pings_do_not()
    {
        await rig.RegisterAsync();
        for (int ping = 0; ping < 10; ping++)
        {
            await rig.FromMasterAsync(new PingSlaveMessage { Connected = true });
            await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(15));
        }

        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Empty);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(61));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Master.Got<ReregisterSlaveMessage>(), Is.Not.Empty);
    }

    [Test]
    public async Task It_re_registers_with_a_new_master_telling_all_that_goes_on()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.FromMasterAsync(rig.CommandTask("task-2"));

        FakePeer next = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "master(2)"));
        rig.Detector.Appoint(SlaveRig.InfoOf(next));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        ReregisterSlaveMessage said = next.Got<ReregisterSlaveMessage>()[0];
        Assert.Multiple(() =>
        {
            Assert.That(said.Frameworks.Select(f => f.Id.Value), Is.EqualTo(new[] { SlaveRig.FrameworkId }));
            Assert.That(said.ExecutorInfos.Select(e => e.ExecutorId.Value), Is.EqualTo(new[] { "exec-1" }));
            Assert.That(said.ExecutorInfos[0].FrameworkId.Value, Is.EqualTo(SlaveRig.FrameworkId));
            Assert.That(
                said.Tasks.Select(t => (t.TaskId.Value, t.State)),
                Is.EqualTo(new[] { ("task-1", TaskState.TaskRunning), ("task-2", TaskState.TaskStaging) }));
            Assert.That(said.Tasks[0].StatusUpdateState, Is.EqualTo(TaskState.TaskRunning));
            Assert.That(said.Tasks[0].Statuses, Has.Count.EqualTo(1));
        });

        // The update that the old master did not confirm goes to the new one.
        await rig.SendAsync(next, Reregistered());
        Assert.That(next.Names, Is.EqualTo(new[] { "ReregisterSlaveMessage", "UpdateSlaveMessage", "StatusUpdateMessage" }));
    }

    [Test]
    public async Task Tasks_it_has_never_heard_of_are_reported_dropped_after_a_re_registration()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync();
        SlaveReregisteredMessage message = Reregistered();
        message.Reconciliations.Add(new ReconcileTasksMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Statuses =
            {
                new TaskStatus { TaskId = new TaskID { Value = "task-1" }, State = TaskState.TaskRunning },
                new TaskStatus { TaskId = new TaskID { Value = "lost" }, State = TaskState.TaskRunning },
            },
        });
        message.Reconciliations.Add(new ReconcileTasksMessage
        {
            FrameworkId = new FrameworkID { Value = "other" },
            Framework = new FrameworkInfo
            {
                User = "u",
                Name = "n",
                Capabilities = { new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.PartitionAware } },
            },
            Statuses = { new TaskStatus { TaskId = new TaskID { Value = "dropped" }, State = TaskState.TaskRunning } },
        });
        await rig.FromMasterAsync(message);
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(m => (m.Update.Status.TaskId.Value, m.Update.Status.State, m.Update.Status.Reason, m.Update.Status.Source)),
            Is.EqualTo(new[]
            {
                ("lost", TaskState.TaskLost, Reason.Reconciliation, StatusSource.Slave),
                ("dropped", TaskState.TaskDropped, Reason.Reconciliation, StatusSource.Slave),
            }));
        Assert.That(executor.All, Is.Empty);
    }

    [Test]
    public async Task A_shutdown_by_the_master_ends_it_and_by_a_stranger_does_not()
    {
        await rig.RegisterAsync();
        await rig.SendAsync(rig.Scheduler, new ShutdownMessage { Message = "no" });
        Assert.That((await rig.Slave.CallAsync(() => 1)), Is.EqualTo(1));
        await rig.FromMasterAsync(new ShutdownMessage { Message = "go" });
        await rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task A_shutdown_by_the_master_ends_every_executor_first_and_then_the_agent()
    {
        await rig.RegisterAsync();
        FakePeer first = await rig.RunExecutorAsync();
        FakePeer second = await rig.RunExecutorAsync("task-2", "exec-2");
        await rig.FromMasterAsync(rig.ExecutorTask("task-3", "exec-3"));
        await rig.FromMasterAsync(new ShutdownMessage { Message = "Agent has been marked gone" });
        Assert.That((first.Names, second.Names), Is.EqualTo((new[] { "ShutdownExecutorMessage" }, new[] { "ShutdownExecutorMessage" })));
        FakePeer late = await rig.RegisterExecutorAsync("exec-3");
        Assert.That(late.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
        Task ended = rig.Node.Manager.WaitAsync(rig.Slave);
        Assert.That((ended.IsCompleted, rig.Containers.Destroyed.Count), Is.EqualTo((false, 0)), "they have time to end by themselves");

        rig.Containers.Exit(0, launch: 0);
        await rig.Node.SettleAsync();
        Assert.That(ended.IsCompleted, Is.False);
        await rig.Node.AdvanceAsync(rig.Options.ExecutorShutdownGracePeriod);
        Assert.That(() => ended.IsCompleted, Is.True.After(10_000, 10));
        Assert.That(rig.Containers.Destroyed, Is.EquivalentTo(rig.Containers.Launches.Skip(1).Select(launch => launch.Id.Value)));
        Assert.That(rig.Containers.Left, Is.Empty);
        Assert.That(rig.Slave.Failure, Is.Null);
    }

    [Test]
    public async Task The_loss_of_the_connection_to_the_master_alone_changes_nothing()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync();
        rig.Master.Terminate();
        await rig.Node.Manager.WaitAsync(rig.Master);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(74));
        FakePeer back = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "master"));
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        Assert.That(back.Names, Is.EqualTo(new[] { "StatusUpdateMessage" }), "it still holds itself for registered");
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(back.Got<ReregisterSlaveMessage>(), Is.Not.Empty, "silence is what counts");
    }

    [Test]
    public async Task A_leader_without_an_address_is_as_good_as_none()
    {
        MasterInfo broken = rig.MasterInfo;
        broken.Pid = "nonsense";
        rig.Detector.Appoint(broken);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(rig.Master.All, Is.Empty);
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(rig.Master.Got<RegisterSlaveMessage>(), Is.Not.Empty);
    }

    private static SlaveRegisteredMessage Registered(string id = SlaveRig.SlaveId) => new()
    {
        SlaveId = new SlaveID { Value = id },
        Connection = new MasterSlaveConnection { TotalPingTimeoutSeconds = 75 },
    };

    private static SlaveReregisteredMessage Reregistered(string id = SlaveRig.SlaveId) => new()
    {
        SlaveId = new SlaveID { Value = id },
        Connection = new MasterSlaveConnection { TotalPingTimeoutSeconds = 75 },
    };
}

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class LaunchTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public async Task SetUp()
    {
        rig = new SlaveRig();
        await rig.RegisterAsync();
    }

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task A_command_task_gets_an_executor_of_its_own_with_the_fields_of_a_real_agent()
    {
        RunTaskMessage recorded = Recorded.First<RunTaskMessage>("command-tasks", "master", "slave(1)");
        recorded.Task.SlaveId.Value = SlaveRig.SlaveId;
        recorded.ResourceVersionUuids[0].Uuid = rig.ResourceVersion;
        string framework = recorded.Framework.Id.Value;
        await rig.FromMasterAsync(recorded.Clone());
        FakePeer executor = await rig.RegisterExecutorAsync("task-1", framework);

        ExecutorRegisteredMessage registered = Recorded.All<ExecutorRegisteredMessage>("command-tasks", "slave(1)", "executor")
            .Single(message => message.ExecutorInfo.ExecutorId.Value == "task-1");
        registered.SlaveId.Value = SlaveRig.SlaveId;
        registered.SlaveInfo.Id.Value = SlaveRig.SlaveId;
        registered.SlaveInfo.Port = rig.Node.Manager.Address.Port;
        RunTaskMessage run = Recorded.All<RunTaskMessage>("command-tasks", "slave(1)", "executor")
            .Single(message => message.Task.TaskId.Value == "task-1");
        run.Task.SlaveId.Value = SlaveRig.SlaveId;
        Assert.That(executor.Names, Is.EqualTo(new[] { "ExecutorRegisteredMessage", "RunTaskMessage" }));
        Assert.That(executor.All[0], Is.EqualTo(registered));
        Assert.That(executor.All[1], Is.EqualTo(run));
    }

    [Test]
    public async Task An_executor_of_the_framework_gets_all_tasks_that_name_it_in_order()
    {
        IReadOnlyList<RunTaskMessage> recorded = Recorded.All<RunTaskMessage>("driver-lifecycle", "master", "slave(1)");
        foreach (RunTaskMessage message in recorded)
        {
            message.Task.SlaveId.Value = SlaveRig.SlaveId;
            message.ResourceVersionUuids[0].Uuid = rig.ResourceVersion;
        }

        string framework = recorded[0].Framework.Id.Value;
        await rig.SendTogetherAsync(rig.Master, [.. recorded.Take(4).Select(message => message.Clone())]);
        FakePeer executor = await rig.RegisterExecutorAsync("default", framework);
        await rig.FromMasterAsync(recorded[4].Clone());

        ExecutorRegisteredMessage registered = Recorded.First<ExecutorRegisteredMessage>("driver-lifecycle", "slave(1)", "executor");
        Assert.That(executor.Only<ExecutorRegisteredMessage>().ExecutorInfo, Is.EqualTo(registered.ExecutorInfo));
        Assert.That(
            executor.Got<RunTaskMessage>().Select(message => message.Task.TaskId.Value), Is.EqualTo(new[] { "0", "1", "2", "3", "4" }));
        Assert.That(executor.Got<RunTaskMessage>().All(message => !message.HasLaunchExecutor && message.ResourceVersionUuids.Count == 0));
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
    }

    [TestCase("echo hi; sleep 0.2", "Command Executor (Task: t) (Command: sh -c 'echo hi; sle...')")]
    [TestCase("sleep 1000", "Command Executor (Task: t) (Command: sh -c 'sleep 1000')")]
    [TestCase("123456789012345", "Command Executor (Task: t) (Command: sh -c '123456789012345')")]
    public async Task The_name_of_a_command_executor_shows_the_beginning_of_the_command(string command, string name)
    {
        await rig.FromMasterAsync(rig.CommandTask("t", command));
        Assert.That(rig.Containers.Launches[0].Executor.Name, Is.EqualTo(name));
    }

    [Test]
    public async Task The_name_of_a_command_executor_shows_arguments_of_a_command_without_shell()
    {
        RunTaskMessage message = rig.CommandTask("t");
        message.Task.Command = new CommandInfo { Shell = false, Value = "ls", Arguments = { "ls", "-l" } };
        await rig.FromMasterAsync(message);
        Assert.That(rig.Containers.Launches[0].Executor.Name, Is.EqualTo("Command Executor (Task: t) (Command: [ls, ls, -l])"));
    }

    [Test]
    public async Task A_command_executor_takes_user_environment_and_kill_policy_from_its_task()
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Command.User = "nobody";
        message.Task.Command.Environment = new Proto.Environment { Variables = { new Proto.Environment.Types.Variable { Name = "A", Value = "b" } } };
        message.Task.KillPolicy = new KillPolicy { GracePeriod = new DurationInfo { Nanoseconds = 10_000_000_000 } };
        await rig.FromMasterAsync(message);
        Assert.That(rig.Containers.Launches[0].User, Is.EqualTo("nobody"));
        ExecutorInfo executor = rig.Containers.Launches[0].Executor;
        Assert.That(executor.Command.Environment.Variables[0].Name, Is.EqualTo("A"));
        Assert.That(executor.ShutdownGracePeriod.Nanoseconds, Is.EqualTo(12_000_000_000));
        Assert.That(rig.Containers.Launches[0].Environment["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"], Is.EqualTo("12secs"));
    }

    [Test]
    public async Task A_command_executor_shows_labels_discovery_and_files_of_its_task()
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Labels = new Labels { Labels_ = { new Label { Key = "k", Value = "v" } } };
        message.Task.Discovery = new DiscoveryInfo
        {
            Visibility = DiscoveryInfo.Types.Visibility.Cluster,
            Name = "web",
            Ports = new Ports { Ports_ = { new Port { Number = 80, Name = "http" } } },
        };
        message.Task.Command.Uris.Add(new CommandInfo.Types.URI { Value = "/tmp/file" });
        await rig.FromMasterAsync(message.Clone());
        ExecutorInfo executor = rig.Containers.Launches[0].Executor;
        Assert.That((executor.Discovery, executor.Labels), Is.EqualTo((message.Task.Discovery, message.Task.Labels)));
        Assert.That(executor.Command.Uris, Is.EqualTo(message.Task.Command.Uris));
        Assert.That((executor.Source, executor.ExecutorId.Value), Is.EqualTo(("task-1", "task-1")));
    }

    [Test]
    public async Task The_executor_finds_its_agent_in_its_environment()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        IReadOnlyDictionary<string, string> seen = rig.Containers.Launches[0].Environment;
        string directory = rig.Containers.Launches[0].Directory;
        Assert.That(seen, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["LIBPROCESS_IP"] = "127.0.0.1",
            ["LIBPROCESS_PORT"] = "0",
            ["MESOS_FRAMEWORK_ID"] = SlaveRig.FrameworkId,
            ["MESOS_EXECUTOR_ID"] = "exec-1",
            ["MESOS_DIRECTORY"] = directory,
            ["MESOS_SLAVE_ID"] = SlaveRig.SlaveId,
            ["MESOS_SLAVE_PID"] = rig.Slave.Self.ToString(),
            ["MESOS_AGENT_ENDPOINT"] = rig.Slave.Self.Address.ToString(),
            ["MESOS_CHECKPOINT"] = "0",
            ["MESOS_HTTP_COMMAND_EXECUTOR"] = "0",
            ["MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"] = "5secs",
        }));
    }

    [Test]
    public async Task What_the_operator_sets_for_executors_replaces_their_address_and_nothing_that_leads_to_the_agent()
    {
        await using var operated = new SlaveRig(options => options with
        {
            ExecutorEnvironmentVariables = new Dictionary<string, string> { ["LIBPROCESS_IP"] = "10.1.1.1", ["LIBPROCESS_PORT"] = "99", ["MESOS_SLAVE_PID"] = "nobody", ["OWN"] = "1" },
        });
        await operated.RegisterAsync();
        await operated.FromMasterAsync(operated.ExecutorTask());
        IReadOnlyDictionary<string, string> seen = operated.Containers.Launches[0].Environment;
        Assert.That(
            (seen["LIBPROCESS_IP"], seen["LIBPROCESS_PORT"], seen["MESOS_SLAVE_PID"], seen["OWN"]),
            Is.EqualTo(("10.1.1.1", "0", operated.Slave.Self.ToString(), "1")));
    }

    [Test]
    public async Task The_sandbox_is_closed_to_others_and_the_link_latest_points_to_it()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        string runs = Path.Combine(rig.WorkDirectory, "slaves", SlaveRig.SlaveId, "frameworks", SlaveRig.FrameworkId, "executors", "exec-1", "runs");
        string directory = rig.Containers.Launches[0].Directory;
        Assert.That(directory, Is.EqualTo(Path.Combine(runs, rig.Containers.Launches[0].Id.Value)));
        Assert.That(Directory.Exists(directory));
        Assert.That(new DirectoryInfo(Path.Combine(runs, "latest")).LinkTarget, Is.EqualTo(directory));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(directory) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute), Is.EqualTo(UnixFileMode.None));
        }
    }

    [Test]
    public async Task A_second_run_moves_the_link_latest()
    {
        await rig.FromMasterAsync(rig.ExecutorTask());
        rig.Containers.Exit(0);
        await rig.Node.SettleAsync();
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        await rig.FromMasterAsync(rig.ExecutorTask("task-2"));
        string second = rig.Containers.Launches[1].Directory;
        Assert.That(new DirectoryInfo(Path.Combine(second, "..", "latest")).LinkTarget, Is.EqualTo(second));
    }

    [Test]
    public async Task Tasks_from_strangers_for_other_agents_or_without_framework_id_are_ignored()
    {
        await rig.SendAsync(rig.Scheduler, rig.CommandTask());
        RunTaskMessage other = rig.CommandTask();
        other.Task.SlaveId.Value = "cluster-S7";
        await rig.FromMasterAsync(other);
        RunTaskMessage anonymous = rig.CommandTask();
        anonymous.Framework.Id = null;
        await rig.FromMasterAsync(anonymous);
        Assert.That(rig.Containers.Launches, Is.Empty);
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task A_task_with_both_or_neither_of_command_and_executor_is_an_error_and_the_agent_lives_on()
    {
        RunTaskMessage neither = rig.CommandTask("neither");
        neither.Task.Command = null;
        await rig.FromMasterAsync(neither);
        RunTaskMessage both = rig.ExecutorTask("both");
        both.Task.Command = new CommandInfo { Value = "x" };
        await rig.FromMasterAsync(both);
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(m => (m.Update.Status.TaskId.Value, m.Update.Status.State, m.Update.Status.Reason)),
            Is.EqualTo(new[] { ("neither", TaskState.TaskError, Reason.TaskInvalid), ("both", TaskState.TaskError, Reason.TaskInvalid) }));
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    [Test]
    public async Task A_task_that_assumes_other_resources_is_dropped_and_the_executor_will_not_come()
    {
        RunTaskMessage message = rig.ExecutorTask();
        message.ResourceVersionUuids[0].Uuid.Value = Google.Protobuf.ByteString.CopyFrom(new byte[16]);
        await rig.FromMasterAsync(message);
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason, status.Source), Is.EqualTo((TaskState.TaskLost, Reason.InvalidOffers, StatusSource.Slave)));
        ExitedExecutorMessage exited = rig.Master.Only<ExitedExecutorMessage>();
        Assert.That((exited.ExecutorId.Value, exited.Status), Is.EqualTo(("exec-1", -1)));
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    [TestCase("resources of the agent", "that of the agent", true)]
    [TestCase("resources of the agent", "another", false)]
    [TestCase("resources of the agent", "none", true)]
    [TestCase("resources of the agent", "that of the agent and another of a provider", true)]
    [TestCase("nothing", "another", true)]
    [TestCase("resources of a provider", "that of the agent", false)]
    [TestCase("resources of a provider", "that of the agent and another of a provider", false)]
    public async Task The_version_of_resources_counts_for_what_the_task_uses_alone(string uses, string versions, bool starts)
    {
        RunTaskMessage message = rig.CommandTask();
        UUID outdated = OperationRig.Uuid(1);
        var provider = new ResourceProviderID { Value = "provider" };
        switch (versions)
        {
            case "none":
                message.ResourceVersionUuids.Clear();
                break;
            case "another":
                message.ResourceVersionUuids[0].Uuid = outdated;
                break;
            case "that of the agent and another of a provider":
                message.ResourceVersionUuids.Add(new ResourceVersionUUID { ResourceProviderId = provider, Uuid = outdated });
                break;
        }

        switch (uses)
        {
            case "nothing":
                message.Task.Resources.Clear();
                break;
            case "resources of a provider":
                message.Task.Resources[0].ProviderId = provider;
                break;
        }

        await rig.FromMasterAsync(message);
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(starts ? 1 : 0));
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(said => said.Update.Status.Reason),
            Is.EqualTo(starts ? Array.Empty<Reason>() : [Reason.InvalidOffers]));
    }

    [Test]
    public async Task A_task_with_a_persistent_volume_is_dropped_since_the_agent_keeps_none()
    {
        RunTaskMessage message = rig.CommandTask();
        Resource disk = new()
        {
            Name = "disk",
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = 1 },
            Disk = new Resource.Types.DiskInfo { Persistence = new Resource.Types.DiskInfo.Types.Persistence { Id = "p" } },
            AllocationInfo = new Resource.Types.AllocationInfo { Role = "*" },
        };
        message.Task.Resources.Add(disk);
        await rig.FromMasterAsync(message);
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Reason, Is.EqualTo(Reason.ResourcesUnknown));
    }

    [Test]
    public async Task An_executor_that_does_not_run_although_the_master_thinks_so_drops_the_task()
    {
        await rig.FromMasterAsync(rig.ExecutorTask(launchExecutor: false));
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskLost, Reason.ExecutorTerminated)));
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    [Test]
    public async Task An_executor_that_runs_although_the_master_does_not_know_it_is_shut_down()
    {
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.FromMasterAsync(rig.ExecutorTask("task-2", launchExecutor: true));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.Reason, Is.EqualTo(Reason.ExecutorTerminated));
        Assert.That(executor.Names, Is.EqualTo(new[] { "ShutdownExecutorMessage" }));
    }

    [Test]
    public async Task A_task_id_in_use_is_not_taken_twice()
    {
        await rig.FromMasterAsync(rig.CommandTask());
        await rig.FromMasterAsync(rig.CommandTask());
        Assert.That(rig.Containers.Launches, Has.Count.EqualTo(1));
        Assert.That(rig.Master.All, Is.Empty);
    }

    [Test]
    public async Task A_container_that_cannot_start_fails_the_task_with_the_reason()
    {
        rig.Containers.LaunchError = "Fetching is not supported";
        await rig.FromMasterAsync(rig.CommandTask());
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskFailed, Reason.ContainerLaunchFailed)));
        Assert.That(status.Message, Is.EqualTo("Failed to launch container: Fetching is not supported"));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        Assert.That(await StateAsync(), Does.Contain("\"frameworks\":[]"));
    }

    [Test]
    public async Task Limits_need_isolators_that_are_not_there()
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Limits["cpus"] = new Value.Types.Scalar { Value = 1 };
        await rig.FromMasterAsync(message);
        TaskStatus status = rig.Master.Only<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskLost, Reason.GcError)));
        Assert.That(status.Message, Does.Contain("CPU limits"));
    }

    [Test]
    public async Task Task_groups_are_dropped_with_a_sentence()
    {
        RunTaskMessage template = rig.CommandTask("a");
        var message = new RunTaskGroupMessage
        {
            Framework = template.Framework,
            Executor = new ExecutorInfo { ExecutorId = new ExecutorID { Value = "default" }, Type = ExecutorInfo.Types.Type.Default },
            TaskGroup = new TaskGroupInfo { Tasks = { template.Task, rig.CommandTask("b").Task } },
            LaunchExecutor = true,
        };
        await rig.FromMasterAsync(message);
        Assert.That(
            rig.Master.Got<StatusUpdateMessage>().Select(m => (m.Update.Status.TaskId.Value, m.Update.Status.State, m.Update.Status.Reason)),
            Is.EqualTo(new[] { ("a", TaskState.TaskLost, Reason.TaskGroupInvalid), ("b", TaskState.TaskLost, Reason.TaskGroupInvalid) }));
        Assert.That(rig.Master.Got<StatusUpdateMessage>()[0].Update.Status.Message, Does.Contain("not supported"));
        Assert.That(rig.Master.Only<ExitedExecutorMessage>().ExecutorId.Value, Is.EqualTo("default"));
    }

    [Test]
    public async Task Resources_without_a_role_of_allocation_get_the_only_one_of_the_framework()
    {
        RunTaskMessage message = rig.CommandTask();
        message.Task.Resources[0].AllocationInfo = null;
        message.Task.Resources[0].Role = "*";
        await rig.FromMasterAsync(message);
        FakePeer executor = await rig.RegisterExecutorAsync("task-1");
        Resource told = executor.Only<RunTaskMessage>().Task.Resources[0];
        Assert.That(told.AllocationInfo.Role, Is.EqualTo("*"));
        Assert.That(told.HasRole, Is.False);
    }

    [Test]
    public async Task An_executor_id_that_cannot_be_a_directory_drops_the_task()
    {
        await rig.FromMasterAsync(rig.ExecutorTask(executor: "../../etc"));
        Assert.That(rig.Master.Only<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskLost));
        Assert.That(rig.Containers.Launches, Is.Empty);
    }

    private async Task<string> StateAsync() => await rig.GetAsync("/state");
}

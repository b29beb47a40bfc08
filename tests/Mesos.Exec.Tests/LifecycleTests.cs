using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>What each method answers in each state, and which environments a driver starts in.</summary>
[TestFixture]
internal sealed class LifecycleTests
{
    private static readonly Dictionary<string, Func<IExecutorDriver, Status>> Requests = new()
    {
        [nameof(IExecutorDriver.SendStatusUpdate)] = driver => driver.SendStatusUpdate(Conversation.Status(TaskState.TaskRunning)),
        [nameof(IExecutorDriver.SendFrameworkMessage)] = driver => driver.SendFrameworkMessage(new byte[] { 1 }),
    };

    private static IEnumerable<string> RequestNames => Requests.Keys;

    [TestCaseSource(nameof(RequestNames))]
    public async Task A_request_answers_with_the_state_of_the_driver(string name)
    {
        await using var conversation = new Conversation();
        Func<IExecutorDriver, Status> request = Requests[name];
        Assert.That(request(conversation.Driver), Is.EqualTo(Status.DriverNotStarted));
        conversation.Driver.Start();
        Assert.That(request(conversation.Driver), Is.EqualTo(Status.DriverRunning));
        conversation.Driver.Abort();
        Assert.That(request(conversation.Driver), Is.EqualTo(Status.DriverAborted));
        conversation.Driver.Stop();
        Assert.That(request(conversation.Driver), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Before_the_start_nothing_else_has_an_effect()
    {
        await using var conversation = new Conversation();
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverNotStarted));
        Assert.That(conversation.Driver.Abort(), Is.EqualTo(Status.DriverNotStarted));
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverNotStarted));
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverNotStarted));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverRunning));
    }

    [Test]
    public async Task A_driver_starts_and_stops_once()
    {
        await using var conversation = new Conversation();
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverRunning));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverRunning));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Abort(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Run(), Is.EqualTo(Status.DriverStopped));
        Assert.That(await conversation.Driver.RunAsync(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Stopping_after_an_abort_says_aborted_once()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        Task<Status> joined = conversation.Driver.JoinAsync();
        Assert.That(conversation.Driver.Abort(), Is.EqualTo(Status.DriverAborted));
        Assert.That(await joined, Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Abort(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverStopped));
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverStopped));
    }

    [Test]
    public async Task Join_blocks_until_the_end_and_refuses_to_be_called_in_a_callback()
    {
        await using var conversation = new Conversation();
        Exception? refused = null;
        conversation.Executor.Inside = (_, driver) =>
        {
            refused = Assert.Catch(() => driver.Join());
            driver.Stop();
        };
        Task<Status> run = Task.Run(conversation.Driver.Run);
        await conversation.Agent.NextAsync<RegisterExecutorMessage>();
        conversation.Agent.TellRegistered();
        Assert.That(await run, Is.EqualTo(Status.DriverStopped));
        Assert.That(refused, Is.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task What_was_reported_before_the_stop_is_sent()
    {
        Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished));
        conversation.Driver.SendFrameworkMessage("bye"u8.ToArray());
        conversation.Driver.Stop();
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverStopped));
        await conversation.Driver.DisposeAsync();
        await conversation.Agent.NextAsync<StatusUpdateMessage>();
        await conversation.Agent.NextAsync<ExecutorToFrameworkMessage>();
        await conversation.DisposeAsync();
    }

    [Test]
    public async Task What_was_reported_before_an_abort_is_sent()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished));
        Assert.That(conversation.Driver.Abort(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFailed)), Is.EqualTo(Status.DriverAborted));
        Assert.That((await conversation.Agent.NextAsync<StatusUpdateMessage>()).Update.Status.State, Is.EqualTo(TaskState.TaskFinished));
        Assert.That(conversation.Agent.TryTake(out _), Is.False, "what came after it is not");
    }

    [Test]
    public async Task An_aborted_driver_tells_the_executor_nothing()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.SendFrameworkMessage("before"u8.ToArray());
        conversation.Driver.Abort();
        await conversation.Agent.NextAsync<ExecutorToFrameworkMessage>();
        conversation.Agent.TellTask();
        conversation.Agent.Tell(new ShutdownExecutorMessage());
        conversation.Driver.Stop();
        await conversation.DisposeAsync();
        Assert.That(conversation.Executor.TryTake(out _), Is.False);
        Assert.That(conversation.Kills, Is.Zero);
    }

    [TestCase("MESOS_SLAVE_PID", null, "MESOS_SLAVE_PID")]
    [TestCase("MESOS_SLAVE_ID", null, "MESOS_SLAVE_ID")]
    [TestCase("MESOS_FRAMEWORK_ID", null, "MESOS_FRAMEWORK_ID")]
    [TestCase("MESOS_EXECUTOR_ID", null, "MESOS_EXECUTOR_ID")]
    [TestCase("MESOS_DIRECTORY", null, "MESOS_DIRECTORY")]
    [TestCase("MESOS_SLAVE_PID", "slave(1)", "MESOS_SLAVE_PID 'slave(1)'")]
    [TestCase("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5", "'5' of 'MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD'")]
    public async Task An_environment_that_no_agent_made_is_an_error(string name, string? value, string expected)
    {
        await using var conversation = new Conversation((name, value));
        Assert.That(conversation.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(await conversation.Executor.NextAsync<string>(nameof(IExecutor.Error)), Does.Contain(expected));
        Assert.That(conversation.Driver.Join(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Run(), Is.EqualTo(Status.DriverAborted));
        Assert.That(conversation.Driver.Stop(), Is.EqualTo(Status.DriverAborted));
    }

    [Test]
    public async Task The_recovery_timeout_is_read_only_where_the_framework_checkpoints()
    {
        await using var ignored = new Conversation(("MESOS_CHECKPOINT", "0"), ("MESOS_RECOVERY_TIMEOUT", "never"));
        Assert.That(ignored.Driver.Start(), Is.EqualTo(Status.DriverRunning));
        await using var read = new Conversation(("MESOS_CHECKPOINT", "1"), ("MESOS_RECOVERY_TIMEOUT", "never"));
        Assert.That(read.Driver.Start(), Is.EqualTo(Status.DriverAborted));
        Assert.That(await read.Executor.NextAsync<string>(nameof(IExecutor.Error)), Does.Contain("MESOS_RECOVERY_TIMEOUT"));
    }

    [Test]
    public void Periods_have_the_defaults_of_the_original()
    {
        Dictionary<string, string> variables = new()
        {
            ["MESOS_SLAVE_PID"] = "slave(1)@127.0.0.1:5051",
            ["MESOS_SLAVE_ID"] = "s",
            ["MESOS_FRAMEWORK_ID"] = "f",
            ["MESOS_EXECUTOR_ID"] = "e",
            ["MESOS_DIRECTORY"] = "d",
            ["MESOS_CHECKPOINT"] = "1",
        };
        Assert.That(ExecutorEnvironment.TryRead(variables, out ExecutorEnvironment? environment, out _), Is.True);
        Assert.That(environment!.RecoveryTimeout, Is.EqualTo(TimeSpan.FromMinutes(15)));
        Assert.That(environment.ShutdownGracePeriod, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(environment.IsLocal, Is.False);
    }

    [Test]
    public async Task A_driver_without_a_node_makes_one_of_its_own()
    {
        await using var peers = new Conversation();
        var executor = new RecordingExecutor();
        await using var driver = new MesosExecutorDriver(executor, new ExecutorDriverOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["LIBPROCESS_IP"] = "127.0.0.1",
                ["LIBPROCESS_PORT"] = "0",
                ["MESOS_SLAVE_PID"] = peers.Agent.Self.ToString(),
                ["MESOS_SLAVE_ID"] = "s",
                ["MESOS_FRAMEWORK_ID"] = "f",
                ["MESOS_EXECUTOR_ID"] = "e",
                ["MESOS_DIRECTORY"] = "d",
            },
        });
        driver.Start();
        await peers.Agent.NextAsync<RegisterExecutorMessage>();
        Assert.That(peers.Agent.Executor.Id, Is.EqualTo("executor(1)"));
        peers.Agent.TellRegistered();
        await executor.NextAsync(nameof(IExecutor.Registered));
        driver.SendStatusUpdate(Conversation.Status(TaskState.TaskFinished));
        driver.Stop();
        await driver.DisposeAsync();
        await peers.Agent.NextAsync<StatusUpdateMessage>();
    }
}

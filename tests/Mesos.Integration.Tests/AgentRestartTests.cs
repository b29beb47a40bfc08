using LibProcess.Futures;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Sched;

namespace Mesos.Integration.Tests;

/// <summary>Agents and executors that are killed without warning, and what becomes of their tasks.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(300_000)]
internal sealed class AgentRestartTests
{
    private const int Count = 10;

    private Sandbox sandbox = null!;
    private Cluster cluster = null!;

    [SetUp]
    public async Task SetUp()
    {
        sandbox = new Sandbox();
        cluster = await Cluster.StartAsync(sandbox);
    }

    [TearDown]
    public async Task TearDown()
    {
        await cluster.DisposeAsync();
        foreach (var process in sandbox.Processes())
        {
            Program.KillProcess(int.Parse(process.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
        }

        sandbox.Dispose();
    }

    [Test]
    public async Task Ten_tasks_outlive_an_agent_that_is_killed_and_finish_under_the_next()
    {
        WaitingTasks scheduler = new(Count, sandbox);
        await using var driver = Start(scheduler);
        await scheduler.AllRun.InTime();
        cluster.Agent.Kill();
        await cluster.RestartAgentAsync("--executor_reregistration_timeout=15secs");
        await File.WriteAllTextAsync(sandbox.File("go"), "");
        await scheduler.AllEnded.InTime();
        Assert.That(scheduler.Ends.Values.Select(status => status.State), Has.All.EqualTo(TaskState.TaskFinished), cluster.Agent.Errors);
        Assert.That(Directory.EnumerateFiles(sandbox.Path, "ran-*").Select(file => new FileInfo(file).Length), Has.All.EqualTo(2), "no task ran twice");
        driver.Stop();
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
        Assert.That(sandbox.Processes, Is.Empty.After(20_000, 100));
    }

    // Natively as well: an executor that held the output of its agent would keep this from ending.
    [Test]
    [Category("Smoke")]
    public async Task An_agent_that_is_told_to_end_leaves_tasks_with_checkpoints_to_the_next()
    {
        WaitingTasks scheduler = new(1, sandbox);
        await using var driver = Start(scheduler);
        await scheduler.AllRun.InTime();
        cluster.Agent.Terminate();
        Assert.That(await cluster.Agent.WaitAsync(), Is.Zero);
        await cluster.RestartAgentAsync("--executor_reregistration_timeout=15secs");
        await File.WriteAllTextAsync(sandbox.File("go"), "");
        await scheduler.AllEnded.InTime();
        Assert.That(scheduler.Ends.Values.Single().State, Is.EqualTo(TaskState.TaskFinished));
        driver.Stop();
    }

    [Test]
    public async Task A_second_agent_in_the_work_directory_is_turned_away_until_the_first_is_killed()
    {
        string[] arguments = ["slave", "--ip=127.0.0.1", "--port=0", $"--master={cluster.Address}", $"--work_dir={sandbox.File("agent")}", "--logging_level=WARNING"];
        var (code, output, errors) = await Program.RunAsync(arguments);
        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(errors.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(errors, Does.Contain($"'{sandbox.File("agent")}'"));
        cluster.Agent.Kill();
        await cluster.RestartAgentAsync();
    }

    [Test]
    public async Task An_agent_that_gets_SIGUSR1_unregisters_and_takes_its_tasks_along()
    {
        WaitingTasks scheduler = new(1, sandbox);
        await using var driver = Start(scheduler);
        await scheduler.AllRun.InTime();
        cluster.Agent.Unregister();
        await scheduler.AllEnded.InTime();
        Assert.That((scheduler.Ends.Values.Single().State, scheduler.Ends.Values.Single().Reason), Is.EqualTo((TaskState.TaskLost, TaskStatus.Types.Reason.SlaveRemoved)));
        Assert.That(await cluster.Agent.WaitAsync(), Is.Zero, cluster.Agent.Errors);
        Assert.That(() => sandbox.Processes().Where(process => process.Contains("runs", StringComparison.Ordinal)), Is.Empty.After(20_000, 100));
        driver.Stop();
    }

    [Test]
    public async Task Tasks_of_executors_that_are_killed_with_their_agent_are_reported_as_failed()
    {
        WaitingTasks scheduler = new(3, sandbox);
        await using var driver = Start(scheduler);
        await scheduler.AllRun.InTime();
        cluster.Agent.Kill();
        foreach (var process in sandbox.Processes().Where(process => !process.Contains("--work_dir", StringComparison.Ordinal) && !process.Contains(" master", StringComparison.Ordinal)))
        {
            Program.KillProcess(int.Parse(process.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
        }

        await cluster.RestartAgentAsync();
        await scheduler.AllEnded.InTime();
        Assert.That(scheduler.Ends.Values.Select(status => status.State), Has.All.EqualTo(TaskState.TaskFailed));
        Assert.That(scheduler.Ends.Values.Select(status => status.Reason), Has.All.EqualTo(TaskStatus.Types.Reason.ExecutorTerminated));
        driver.Stop();
    }

    /// <summary>Nine make every combination of what is killed and when; each beyond them varies the time.</summary>
    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_PROCESS_KILLS"), out var wanted) ? wanted : 3;

    [Test]
    [CancelAfter(3_600_000)]
    public async Task Killed_at_launch_while_running_and_at_the_end_every_task_ends_and_none_runs_twice()
    {
        List<string> told = [];
        for (var round = 0; round < Kills; round++)
        {
            var (victim, moment) = (round % 3, (round + (round / 3)) % 3);
            var ran = sandbox.File($"ran-{round}");
            WaitingTasks scheduler = new(1, sandbox, $"echo x >> {ran}; sleep 0.3");
            await using var driver = Start(scheduler);
            await (moment == 0 ? scheduler.Launched : moment == 1 ? scheduler.AllRun : scheduler.AllRun.ContinueWith(_ => Task.Delay(300), TaskScheduler.Default).Unwrap()).InTime();
            await Task.Delay(round * 37 % 100);
            if (victim != 1)
            {
                cluster.Agent.Kill();
            }

            if (victim != 0)
            {
                foreach (var process in sandbox.Processes().Where(process => process.Contains(" executor ", StringComparison.Ordinal)))
                {
                    Program.KillProcess(int.Parse(process.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            if (victim != 1)
            {
                await cluster.RestartAgentAsync("--executor_reregistration_timeout=15secs");
            }

            await scheduler.AllEnded.InTime();
            told.Add($"{victim}/{moment}: {scheduler.Ends.Values.Single().State}");
            Assert.That(File.Exists(ran) ? new FileInfo(ran).Length : 0, Is.LessThanOrEqualTo(2), "the task ran twice");
            driver.Stop();
        }

        TestContext.Out.WriteLine($"{Kills} kills (agent 0, executor 1, both 2; at launch 0, running 1, ending 2): {string.Join(", ", told)}");
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
        Assert.That(sandbox.Processes, Is.Empty.After(20_000, 100));
    }

    [Test]
    public async Task An_agent_that_is_to_clean_up_ends_what_is_left_and_then_itself()
    {
        WaitingTasks scheduler = new(2, sandbox);
        await using var driver = Start(scheduler);
        await scheduler.AllRun.InTime();
        cluster.Agent.Kill();
        await cluster.RestartAgentAsync("--recover=cleanup");
        Assert.That(await cluster.Agent.WaitAsync(), Is.Zero, cluster.Agent.Errors);
        Assert.That(() => sandbox.Processes().Where(process => process.Contains("runs", StringComparison.Ordinal)), Is.Empty.After(20_000, 100));
        driver.Stop();
    }

    [Test]
    public async Task A_changed_description_is_refused_with_the_difference_and_allowed_where_the_policy_says_so()
    {
        // An agent that was never registered has no description to differ from.
        Assert.That(() => File.Exists(sandbox.File("agent/meta/slaves/latest/slave.info")), Is.True.After(60_000, 50));
        cluster.Agent.Kill();
        await cluster.RestartAgentAsync("--attributes=rack:r1");
        Assert.That(await cluster.Agent.WaitAsync(), Is.EqualTo(1));
        Assert.That(cluster.Agent.Errors, Does.Contain("attributes were '' and are 'rack:r1'").And.Contain("equal"));

        await cluster.RestartAgentAsync("--attributes=rack:r1", "--reconfiguration_policy=additive");
        WaitingTasks scheduler = new(1, sandbox);
        await File.WriteAllTextAsync(sandbox.File("go"), "");
        await using var driver = Start(scheduler);
        await scheduler.AllEnded.InTime();
        driver.Stop();
    }

    private MesosSchedulerDriver Start(WaitingTasks scheduler)
    {
        FrameworkInfo framework = new() { User = Environment.UserName, Name = "waiting tasks", Checkpoint = true, FailoverTimeout = 600 };
        MesosSchedulerDriver driver = new(scheduler, framework, cluster.Address);
        driver.Start();
        return driver;
    }

    /// <summary>Tasks that say that they run, and end when a file appears.</summary>
    private sealed class WaitingTasks(int count, Sandbox sandbox, string? command = null) : IScheduler
    {
        private readonly Promise<bool> sent = new();
        private readonly Promise<bool> allRun = new();
        private readonly Promise<bool> allEnded = new();
        private readonly HashSet<string> running = [];
        private int launched;

        public Dictionary<string, TaskStatus> Ends { get; } = [];

        public Task Launched => sent.Task;

        public Task AllRun => allRun.Task;

        public Task AllEnded => allEnded.Task;

        public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
        {
        }

        public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
        {
            foreach (var offer in offers)
            {
                List<TaskInfo> tasks = [];
                while (launched < count)
                {
                    launched++;
                    tasks.Add(Make($"task-{launched}", offer.SlaveId));
                }

                driver.LaunchTasks(offer.Id, tasks, new Filters { RefuseSeconds = 3600 });
                sent.TrySet(true);
            }
        }

        public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
        {
            if (status.State == TaskState.TaskRunning && running.Add(status.TaskId.Value) && running.Count == count)
            {
                allRun.TrySet(true);
            }

            if (status.State.IsTerminal() && running.Count < count)
            {
                // It ended before it was seen to run.
                allRun.TrySet(true);
            }

            if (status.State.IsTerminal() && Ends.TryAdd(status.TaskId.Value, status) && Ends.Count == count)
            {
                allEnded.TrySet(true);
            }
        }

        public void Error(ISchedulerDriver driver, string message)
        {
            allRun.TryFail(new InvalidOperationException(message));
            allEnded.TryFail(new InvalidOperationException(message));
        }

        private TaskInfo Make(string id, SlaveID agent) => new()
        {
            Name = id,
            TaskId = new TaskID { Value = id },
            SlaveId = agent,
            Command = new CommandInfo { Value = command ?? $"echo x >> {sandbox.File("ran-" + id)}; while [ ! -e {sandbox.File("go")} ]; do sleep 0.2; done" },
            Resources = { Scalar("cpus", 0.1), Scalar("mem", 32) },
        };

        private static Resource Scalar(string name, double amount) => new()
        {
            Name = name,
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = amount },
        };
    }
}

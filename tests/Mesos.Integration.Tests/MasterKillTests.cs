using System.Text.Json;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Common.Messages;
using Mesos.Common.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Sched;

namespace Mesos.Integration.Tests;

/// <summary>
/// The master is killed again and again at moments nobody chose, while agents register, tasks come and go, and others run. It
/// starts again each time with everything it had acknowledged, and no task that runs is lost.
/// </summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(3_600_000)]
internal sealed class MasterKillTests
{
    private const int Sleepers = 3;
    private const string Sleep = "sleep 98765";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Sandbox sandbox = null!;
    private Program? master;
    private string address = "";

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_MASTER_KILLS"), out int kills) ? kills : 5;

    [SetUp]
    public void SetUp() => sandbox = new Sandbox();

    [TearDown]
    public async Task TearDown()
    {
        if (master is not null)
        {
            await master.DisposeAsync();
        }

        sandbox.Dispose();
    }

    [Test]
    public async Task A_master_killed_under_load_forgets_nothing_it_acknowledged_and_loses_no_task()
    {
        await StartMasterAsync("0");
        await using var agent = Program.Start(
            "slave",
            "--ip=127.0.0.1",
            "--port=0",
            $"--master={address}",
            $"--work_dir={sandbox.File("agent")}",
            "--resources=cpus:8;mem:4096;disk:4096",
            "--registration_backoff_factor=10ms",
            "--logging_level=ERROR");
        await agent.ExpectAsync("^Agent .* listens on");
        await using var node = ProcessManager.Start(WireMessageSchema.ApplyTo(new ProcessManagerOptions()));
        await using var detector = StandaloneMasterDetectorProcess.Start(node, Master);
        RunningTasks scheduler = new();
        FrameworkInfo framework = new() { User = Environment.UserName, Name = "survivor", FailoverTimeout = 3600 };
        await using MesosSchedulerDriver driver = new(scheduler, framework, address, new SchedulerDriverOptions { Detector = detector, Manager = node });
        driver.Start();
        await UntilAsync(() => scheduler.Running.Count == Sleepers, "the tasks run");
        int[] before = SleeperIds();
        Assert.That(before, Has.Length.GreaterThanOrEqualTo(Sleepers));

        RegistrationLoad load = new(node);
        Random random = new(1);
        for (int round = 1; round <= Kills; round++)
        {
            load.Start(Master, round);
            await Task.Delay(random.Next(600));
            master!.Kill();
            await master.WaitAsync();
            await master.DisposeAsync();
            scheduler.Running.Clear();
            await StartMasterAsync(address.Split(':')[1]);
            HashSet<string> registered = await RegisteredAsync();
            Assert.That(load.Acknowledged.Except(registered), Is.Empty, $"agents that were acknowledged before kill {round} are in the registry");
            detector.Appoint((MasterInfo?)null);
            detector.Appoint(Master);
            await UntilAsync(
                () =>
                {
                    driver.ReconcileTasks([]);
                    return scheduler.Running.Count == Sleepers;
                },
                $"the tasks are known again after kill {round}");
            Assert.That(scheduler.Lost, Is.Empty, $"kill {round}");
            if (round % 10 == 0)
            {
                await TestContext.Progress.WriteLineAsync($"{round} kills, {load.Acknowledged.Count} agents");
            }
        }

        Assert.That(SleeperIds(), Is.EquivalentTo(before), "the same programs run");
        Assert.That(load.Acknowledged, Is.Not.Empty);
        await TestContext.Progress.WriteLineAsync(
            $"{Kills} kills: {load.Acknowledged.Count} agents acknowledged and found again, {scheduler.Finished} short tasks finished, none of {Sleepers} long ones lost");
        driver.Stop();
    }

    private UPid Master => UPid.Parse("master@" + address);

    private async Task StartMasterAsync(string port)
    {
        master = Program.Start(
            "master",
            "--ip=127.0.0.1",
            $"--port={port}",
            $"--work_dir={sandbox.File("master")}",
            "--agent_ping_timeout=1secs",
            "--max_agent_ping_timeouts=2",
            "--allocation_interval=100ms",
            "--logging_level=ERROR");
        address = (await master.ExpectAsync(@"^Master .* listens on http://(127\.0\.0\.1:\d+)")).Groups[1].Value;
    }

    private int[] SleeperIds() =>
        [.. sandbox.Processes().Where(process => process.Contains(Sleep, StringComparison.Ordinal)).Select(process => int.Parse(process.Split(':')[0]))];

    private async Task<HashSet<string>> RegisteredAsync()
    {
        using HttpClient client = new();
        HashSet<string> ids = [];

        // The registry is empty to readers until it has been recovered.
        await UntilAsync(async () =>
        {
            using JsonDocument registry = JsonDocument.Parse(await client.GetStringAsync($"http://{address}/registrar(1)/registry"));
            if (!registry.RootElement.TryGetProperty("master", out _))
            {
                return false;
            }

            if (registry.RootElement.TryGetProperty("slaves", out JsonElement slaves))
            {
                ids = [.. slaves.GetProperty("slaves").EnumerateArray().Select(slave => slave.GetProperty("info").GetProperty("id").GetProperty("value").GetString()!)];
            }

            return true;
        }, "the registry is recovered");
        return ids;
    }

    private static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var limit = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(limit), what);
            await Task.Delay(50);
        }
    }

    /// <summary>Keeps long tasks running, and short ones coming and going beside them.</summary>
    private sealed class RunningTasks : IScheduler
    {
        private int started;
        private int launched;

        /// <summary>Long tasks that were reported to run since the last look.</summary>
        public System.Collections.Concurrent.ConcurrentDictionary<string, bool> Running { get; } = new();

        public System.Collections.Concurrent.ConcurrentBag<string> Lost { get; } = [];

        public int Finished { get; private set; }

        public void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo)
        {
        }

        public void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers)
        {
            foreach (var offer in offers)
            {
                List<TaskInfo> tasks = [Make($"short-{++launched}", offer.SlaveId, "exit 0")];
                while (started < Sleepers)
                {
                    tasks.Add(Make($"long-{++started}", offer.SlaveId, Sleep));
                }

                driver.LaunchTasks(offer.Id, tasks, new Filters { RefuseSeconds = 0.2 });
            }
        }

        public void StatusUpdate(ISchedulerDriver driver, TaskStatus status)
        {
            if (!status.TaskId.Value.StartsWith("long-", StringComparison.Ordinal))
            {
                Finished += status.State == TaskState.TaskFinished ? 1 : 0;
            }
            else if (status.State == TaskState.TaskRunning)
            {
                Running[status.TaskId.Value] = true;
            }
            else if (status.State.IsTerminal() || status.State == TaskState.TaskUnreachable)
            {
                Lost.Add($"{status.TaskId.Value}: {status.State} {status.Message}");
            }
        }

        public void Error(ISchedulerDriver driver, string message) => Lost.Add(message);

        private static TaskInfo Make(string id, SlaveID agent, string command) => new()
        {
            Name = id,
            TaskId = new TaskID { Value = id },
            SlaveId = agent,
            Command = new CommandInfo { Value = command },
            Resources = { Scalar("cpus", 0.1), Scalar("mem", 32) },
        };

        private static Resource Scalar(string name, double amount) => new()
        {
            Name = name,
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = amount },
        };
    }

    /// <summary>Agents in name only that register one after the other, so that there is always a store of the registry to interrupt.</summary>
    private sealed class RegistrationLoad(ProcessManager node)
    {
        private const int PerRound = 10;

        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> acknowledged = new();

        public ICollection<string> Acknowledged => acknowledged.Keys;

        public void Start(UPid master, int round) => Register(master, round, number: 0);

        private void Register(UPid master, int round, int number)
        {
            if (number < PerRound)
            {
                node.Spawn(new NominalAgent(node, master, $"nominal-{round}-{number}", id =>
                {
                    acknowledged[id] = true;
                    Register(master, round, number + 1);
                }));
            }
        }
    }

    private sealed class NominalAgent(ProcessManager manager, UPid master, string name, Action<string> registered) : ProcessBase(manager, name)
    {
        protected override void Initialize()
        {
            Install<SlaveRegisteredMessage>((_, message) => registered(message.SlaveId.Value));
            Install<PingSlaveMessage>((from, _) => Send(from, new PongSlaveMessage()));
            Send(master, new RegisterSlaveMessage
            {
                Slave = new SlaveInfo { Hostname = Self.Id, Port = 1, Checkpoint = true },
                Version = "1.12.0",
            });
        }
    }
}

using LibProcess.Addressing;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;
using Mesos.Common.Messages;
using Mesos.Master.Registrar.Storage;
using Mesos.Master.Tests.Registrar;
using Mesos.Proto;

namespace Mesos.Master.Tests.Simulation;

/// <summary>A master, agents and a scheduler over a network that breaks, with crashes and disks that lose what was not synced.</summary>
/// <remarks>The environment variable <c>MESOS_TEST_MASTER_SEEDS</c> sets how many seeds are run.</remarks>
public sealed class MasterSimulationTests
{
    private const int Agents = 3;

    private static readonly MasterOptions Options = new()
    {
        AgentPingTimeout = TimeSpan.FromSeconds(1),
        MaxAgentPingTimeouts = 3,
        AgentReregisterTimeout = TimeSpan.FromSeconds(20),
        RegistryGcInterval = TimeSpan.FromSeconds(30),
        RegistryMaxAgentAge = TimeSpan.FromHours(1),
    };

    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("MESOS_TEST_MASTER_SEEDS"), out int seeds) ? seeds : 50;

    [Test]
    [CancelAfter(3_600_000)]
    public void No_task_is_lost_that_the_rules_keep_and_every_update_arrives()
    {
        long steps = 0;
        var time = TimeSpan.Zero;
        for (ulong seed = 1; seed <= (ulong)Seeds; seed++)
        {
            using SimulatedCluster cluster = Run(seed);
            steps += cluster.Step;
            time += cluster.Time;
        }

        TestContext.Out.WriteLine($"{Seeds} seeds, {steps} steps, {time} of virtual time");
    }

    private static SimulatedCluster Run(ulong seed)
    {
        var cluster = new SimulatedCluster(seed);
        SimulatedNode master = cluster.AddNode("master", WireMessageSchema.ApplyTo, StartMaster);
        var pid = new UPid(MasterProcess.ProcessId, master.Address);
        SimulatedNode[] agents =
        [
            .. Enumerable.Range(1, Agents).Select(number => cluster.AddNode(
                $"agent-{number}",
                WireMessageSchema.ApplyTo,
                node => node.Durable<Current>().Agent = node.Spawn(new SimulatedAgent(node.Manager, pid, node.Durable<AgentDisk>(), node.Name)))),
        ];
        SimulatedNode scheduler = cluster.AddNode(
            "scheduler",
            WireMessageSchema.ApplyTo,
            node => node.Durable<Current>().Scheduler =
                node.Spawn(new SimulatedScheduler(node.Manager, pid, node.Durable<SchedulerMemory>())));
        AgentDisk[] disks = [.. agents.Select(agent => agent.Durable<AgentDisk>())];
        SchedulerMemory memory = scheduler.Durable<SchedulerMemory>();

        cluster.Check("nothing was said that a master never says", () => memory.Violations.Count == 0 && disks.All(disk => disk.Violations.Count == 0));
        cluster.Faults = FaultPlan.Rough;
        cluster.RunFor(TimeSpan.FromSeconds(90));
        cluster.EndFaults();
        cluster.RunUntil(() => HasConverged(agents, disks, scheduler, memory), TimeSpan.FromMinutes(5));
        return cluster;
    }

    /// <summary>Every agent is registered, every update was seen and acknowledged, and master and agents agree about all tasks.</summary>
    private static bool HasConverged(SimulatedNode[] agents, AgentDisk[] disks, SimulatedNode scheduler, SchedulerMemory memory)
    {
        string[] live = [.. disks.SelectMany(disk => disk.Tasks.Keys)];
        Dictionary<string, TaskState> known = scheduler.Durable<Current>().Scheduler!.Known;
        return agents.All(agent => agent.Durable<Current>().Agent!.IsRegistered)
            && disks.All(disk => disk.Tasks.Values.All(task => task.Pending.Count == 0) && disk.Updates.All(memory.Seen.Contains))
            && memory.Tasks.Count > 0
            && live.All(id => known.TryGetValue(id, out TaskState state) && state == TaskState.TaskRunning)
            && known.Where(entry => entry.Value == TaskState.TaskRunning).All(entry => live.Contains(entry.Key));
    }

    private static void StartMaster(SimulatedNode node)
    {
        Current current = node.Durable<Current>();
        if (current.Disk is { } disk)
        {
            var losses = Enum.GetValues<PowerLoss>();
            int chance = current.Starts++;
            current.Disk = disk.Restart(losses[chance % losses.Length], keepsNames: chance % 3 == 0);
        }

        current.Disk ??= new UnreliableDisk();
        MasterDaemon.Start(node.Manager, Options, new LocalRegistryStorage(node.Manager, new RegistryLog(current.Disk, growth: 4000)));
    }

    /// <summary>What runs on a node in its present life, and the disk beneath it.</summary>
    private sealed class Current
    {
        public SimulatedAgent? Agent { get; set; }

        public SimulatedScheduler? Scheduler { get; set; }

        public UnreliableDisk? Disk { get; set; }

        public int Starts { get; set; }
    }
}

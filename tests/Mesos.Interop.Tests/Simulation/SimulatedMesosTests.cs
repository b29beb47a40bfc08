using LibProcess.Addressing;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;
using Mesos.Common.Detection;
using Mesos.Common.Messages;
using Mesos.Master;
using Mesos.Proto;
using Mesos.Sched;
using Mesos.Slave;

namespace Mesos.Interop.Tests.Simulation;

/// <summary>A master, an agent, a framework and its executors on one thread, in virtual time.</summary>
public sealed class SimulatedMesosTests
{
    private static readonly FaultPlan LostConnections = new() { LoseConnection = TimeSpan.FromSeconds(2), Pause = TimeSpan.FromSeconds(5) };

    private static readonly TimeSpan ReconcileTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(1);

    [Test]
    public void A_task_runs_to_its_end_and_the_same_seed_gives_the_same_steps([Range(1, 20)] int seed)
    {
        (long steps, ulong hash, string log) = Run((ulong)seed, FaultPlan.None);
        Assert.That(log, Is.EqualTo("registered, task-1 TaskRunning, task-1 TaskFinished"));
        Assert.That(Run((ulong)seed, FaultPlan.None), Is.EqualTo((steps, hash, log)));
    }

    [Test]
    public void A_task_runs_to_its_end_though_connections_are_lost([Range(1, 20)] int seed)
    {
        (long steps, ulong hash, string log) = Run((ulong)seed, LostConnections);
        Assert.That(log, Does.EndWith("TaskFinished"));
        TestContext.Out.WriteLine($"seed {seed}: {steps} steps, trace hash {hash:x16}: {log}");
        Assert.That(Run((ulong)seed, LostConnections), Is.EqualTo((steps, hash, log)));
    }

    private static (long Steps, ulong Hash, string Log) Run(ulong seed, FaultPlan faults)
    {
        string directory = Path.Combine(Path.GetTempPath(), $"simulated-mesos-{Environment.ProcessId}");
        var scheduler = new OneTaskScheduler();
        try
        {
            using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Faults = faults });
            SimulatedNode master = cluster.AddNode(
                "master",
                options => WireMessageSchema.ApplyTo(options) with { Delegate = MasterProcess.ProcessId },
                node => MasterDaemon.Start(node.Manager, new MasterOptions { Hostname = "master.example" }));
            cluster.AddNode("agent", options => WireMessageSchema.ApplyTo(options), node => StartAgent(cluster, node, directory, master.Address));
            cluster.AddNode("framework", options => WireMessageSchema.ApplyTo(options), node => StartFramework(node, scheduler, master.Address));
            cluster.RunUntil(() => scheduler.IsDone, TimeSpan.FromHours(1));
            return (cluster.Step, cluster.TraceHash, string.Join(", ", scheduler.Log));
        }
        finally
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static void StartAgent(SimulatedCluster cluster, SimulatedNode node, string directory, NetworkAddress master)
    {
        var info = new SlaveInfo { Hostname = "agent.example", Port = node.Address.Port, Checkpoint = true };
        Assert.That(Mesos.Common.ResourceText.TryParse("cpus:4;mem:4096", "*", out Mesos.Common.Resources? resources, out string? error), Is.True, error);
        resources!.CopyTo(info.Resources);
        IMasterDetector detector = StandaloneMasterDetectorProcess.Start(node.Manager, new UPid(MasterProcess.ProcessId, master));
        node.Spawn(new SlaveProcess(
            node.Manager, new SlaveOptions { WorkDirectory = directory }, info, "/opt/mesos/libexec", detector, new SimulatedContainers(cluster)));
    }

    private static void StartFramework(SimulatedNode node, OneTaskScheduler scheduler, NetworkAddress master)
    {
        var framework = new FrameworkInfo { User = Environment.UserName, Name = "framework", Hostname = "framework.example", FailoverTimeout = 86_400 };
        if (scheduler.Id is { } id)
        {
            framework.Id = id.Clone();
        }

        var driver = new MesosSchedulerDriver(
            scheduler, framework, master.ToString(), new SchedulerDriverOptions { Manager = node.Manager, Environment = new Dictionary<string, string>() });
        Assert.That(driver.Start(), Is.EqualTo(Status.DriverRunning));
        ITimer reconcile = node.Manager.Clock.CreateTimer(_ => scheduler.Reconcile(driver), null, ReconcileTime, ReconcileTime);
        scheduler.GivenUp = () =>
        {
            reconcile.Dispose();
            driver.Stop(failover: true);
            node.Manager.Clock.CreateTimer(_ => StartFramework(node, scheduler, master), null, RestartTime, Timeout.InfiniteTimeSpan);
        };
    }
}

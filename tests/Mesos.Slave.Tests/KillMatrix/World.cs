using LibProcess.Events;
using LibProcess.Testing;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>What is killed at a step.</summary>
internal enum Victim
{
    /// <summary>The agent, without warning; executors go on.</summary>
    Agent,

    /// <summary>Every executor that runs then.</summary>
    Executors,

    /// <summary>Agent and executors.</summary>
    Both,

    /// <summary>The machine: what was not durable is lost, and nothing runs any more.</summary>
    Machine,
}

/// <summary>A machine with an agent and executors, a disk, and a master elsewhere, all in virtual time. Made for one run.</summary>
internal sealed class World : IAsyncDisposable
{
    private const int LongestRun = 400;

    private readonly TestNode node;
    private readonly FakeDetector[] detector = new FakeDetector[1];
    private readonly Func<ICheckpointStore, ICheckpointStore>? wrapStore;
    private bool stopped;
    private SlaveProcess slave;

    public World(SimulatedDisk disk, Func<ICheckpointStore, ICheckpointStore>? wrapStore = null, IEventFilter? filter = null)
    {
        this.wrapStore = wrapStore;
        Disk = disk;
        node = new TestNode(configure: options => filter is null ? options : options with { Filter = filter }) { ExpectFaults = true };
        Machine = new Machine(node.Manager);
        Master = node.Spawn(new ScriptedMaster(node.Manager));
        slave = Start();
    }

    public SimulatedDisk Disk { get; private set; }

    public Machine Machine { get; }

    public ScriptedMaster Master { get; }

    /// <summary>A step of the recovery after the first kill, counted from 1, at which the same is killed again; 0 for never.</summary>
    public int AgainAt { get; init; }

    /// <summary>What is killed then; null for the same.</summary>
    public Victim? AgainVictim { get; init; }

    /// <summary>How often something was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Why agents ended by themselves.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Runs to the end; at a step of the disk something is killed.</summary>
    /// <param name="victim">What.</param>
    /// <param name="at">The step, counted from 1; 0 for never.</param>
    /// <param name="seed">What is lost in a power cut.</param>
    /// <returns>What is wrong at the end, one sentence each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(Victim victim, int at, int seed = 0)
    {
        Arm(victim, at);
        int calm = 0;
        for (int second = 0; second < LongestRun && calm < 5; second++)
        {
            await node.AdvanceAsync(TimeSpan.FromSeconds(1));
            if (stopped && victim != Victim.Executors)
            {
                stopped = false;
                bool powerCut = (Kills == 1 ? victim : AgainVictim ?? victim) == Victim.Machine;
                await RestartAsync(
                    powerCut ? Disk.AfterPowerCut(new Random(seed + Kills)) : Disk.AfterKill(),
                    reboot: powerCut,
                    () => Arm(AgainVictim ?? victim, Kills == 1 && AgainAt > 0 ? Disk.Steps.Count + AgainAt : 0));
            }
            else if (node.Manager.WaitAsync(slave).IsCompleted)
            {
                Failures.Add(slave.Failure ?? "ended without a reason");
                int left = Kills == 0 ? Disk.StopAt - Disk.Steps.Count : 0;
                await RestartAsync(Disk.AfterKill(), reboot: false, () => Arm(victim, Math.Max(left, 0)));
            }

            calm = Master.IsDone && Machine.Living == 0 ? calm + 1 : 0;
        }

        await node.SettleAsync();
        return Violations();
    }

    /// <summary>Kills now, between two steps of the disk. Any thread.</summary>
    public void KillNow(Victim victim)
    {
        Disk.Die();
        Stop(victim);
    }

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    private void Arm(Victim victim, int at)
    {
        Disk.StopAt = at;
        Disk.DiesThere = victim != Victim.Executors;
        Disk.Stop = () => Stop(victim);
    }

    private void Stop(Victim victim)
    {
        stopped = true;
        Kills++;
        if (victim != Victim.Executors)
        {
            Kill();
        }

        if (victim != Victim.Agent)
        {
            Machine.KillAll();
        }
    }

    private List<string> Violations()
    {
        List<string> wrong = [];
        wrong.AddRange(Master.Unfinished.Select(task => $"task '{task}' was never heard of again"));
        wrong.AddRange(Machine.Starts.Where(start => start.Value > 1).Select(start => $"task '{start.Key}' ran {start.Value} times"));
        wrong.AddRange(Machine.Promised.Where(promise => !Master.Received.Contains(promise.Key)).Select(promise => $"update {promise.Value} was acknowledged to its executor and forgotten"));
        wrong.AddRange(Master.OutOfOrder.Select(task => $"updates of task '{task}' came out of order"));
        if (Machine.Living > 0)
        {
            wrong.Add($"{Machine.Living} executors were left behind");
        }

        return wrong;
    }

    private void Kill()
    {
        foreach (LibProcess.Processes.ProcessBase process in slave.Attendants.Append(slave))
        {
            process.Terminate();
        }
    }

    private async Task RestartAsync(SimulatedDisk disk, bool reboot, Action arm)
    {
        await node.Manager.WaitAsync(slave);
        await node.SettleAsync();
        Machine.AgentIsGone();
        Func<int, string, IOException?>? fault = Disk.Fault;
        Disk = disk;
        if (reboot)
        {
            string boot = Path.Combine("/agent", "meta", "boot_id");
            if (disk.FileExists(boot))
            {
                disk.Write(boot, System.Text.Encoding.UTF8.GetBytes(Guid.Empty.ToString()), UnixFileMode.None);
            }
        }

        disk.Fault = fault;
        arm();
        slave = Start();
    }

    private SlaveProcess Start()
    {
        if (!Disk.DirectoryExists("/agent"))
        {
            Func<int, string, IOException?>? fault = Disk.Fault;
            Disk.Fault = null;
            Disk.CreateDirectory("/agent", UnixFileMode.None);
            Disk.SyncAll("/");
            Disk.Steps.Clear();
            Disk.Fault = fault;
        }

        var info = new SlaveInfo { Hostname = "agent.example", Port = node.Manager.Address.Port, Checkpoint = true };
        Common.Resources.Parse("cpus:4;mem:4096").CopyTo(info.Resources);
        detector[0] = new FakeDetector();
        var options = new SlaveOptions { WorkDirectory = "/agent" };
        slave = new SlaveProcess(node.Manager, options, info, "/opt/mesos", detector[0], Machine.NewContainerizer(), Disk, wrapStore);
        node.Spawn(slave);
        detector[0].Appoint(new MasterInfo { Id = "m", Ip = 0, Port = 5050, Pid = Master.Self.ToString(), Hostname = "master.example" });
        return slave;
    }
}

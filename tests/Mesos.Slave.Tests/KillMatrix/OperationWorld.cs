using LibProcess.Processes;
using LibProcess.Testing;
using Mesos.Slave.Paths;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>An agent whose volumes are made and destroyed, its disk, and a master elsewhere, all in virtual time. Made for one run.</summary>
internal sealed class OperationWorld : IAsyncDisposable
{
    private const string Work = "/agent";
    private const int LongestRun = 300;

    private readonly TestNode node = new() { ExpectFaults = true };
    private readonly Common.Resources plain;
    private readonly HashSet<string> planted = [];
    private bool stopped;
    private SlaveProcess slave;

    /// <param name="disk">Its disk.</param>
    /// <param name="beginsWithVolume">Whether the first thing the agent has to keep is a volume.</param>
    public OperationWorld(SimulatedDisk disk, bool beginsWithVolume)
    {
        Disk = disk;
        plain = Common.Resources.Parse("cpus:4;mem:4096;" + (beginsWithVolume ? OperationRig.StaticDisk : "disk:1000"));
        Master = node.Spawn(new OperationMaster(node.Manager, plain, beginsWithVolume) { Created = Plant, CheckVolumes = CheckVolumes });
        Disk.MakeRoot(Work);
        slave = Start();
    }

    public SimulatedDisk Disk { get; private set; }

    public OperationMaster Master { get; }

    /// <summary>Why agents ended by themselves.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Runs to the end, and once more to see what is left; at a step of the disk the agent, or the machine, is stopped.</summary>
    /// <param name="at">The step, counted from 1; 0 for never.</param>
    /// <param name="powerCut">What is lost in a power cut; null for a kill, which loses nothing.</param>
    /// <returns>What is wrong at the end, one sentence each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(int at, int? powerCut = null)
    {
        Disk.StopAt = at;
        Disk.Stop = () =>
        {
            stopped = true;
            Kill();
        };
        int calm = 0;
        for (int second = 0; second < LongestRun && calm < 15; second++)
        {
            await node.AdvanceAsync(TimeSpan.FromSeconds(1));
            if (stopped)
            {
                stopped = false;
                await RestartAsync(powerCut);
            }
            else if (node.Manager.WaitAsync(slave).IsCompleted)
            {
                Failures.Add(slave.Failure ?? "ended without a reason");
                await RestartAsync(powerCut: null);
            }

            calm = Master.IsDone ? calm + 1 : 0;
        }

        Kill();
        await RestartAsync(powerCut: null);
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        return [.. Master.Wrong, .. Left()];
    }

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    private IEnumerable<string> Left()
    {
        if (!Master.IsDone)
        {
            yield return "operations were never heard of again";
        }

        if (Master.Unacknowledged > 0)
        {
            yield return $"{Master.Unacknowledged} operations were never forgotten";
        }

        string meta = SlavePaths.Meta(Work);
        if (Disk.List(SlavePaths.Operations(meta, SlaveRig.SlaveId)) is { Count: > 0 } streams)
        {
            yield return $"{streams.Count} streams were left behind";
        }

        if (Disk.FileExists(SlavePaths.ResourceStateTarget(meta)) || Disk.FileExists(SlavePaths.ResourcesTarget(meta)))
        {
            yield return "a target was left behind";
        }

        if (CheckVolumes(Master.LastVolumes, Master.LastVolumes) is { } defect)
        {
            yield return defect;
        }
    }

    /// <summary>A task writes into a volume, durably.</summary>
    private void Plant(string volume)
    {
        planted.Add(volume);
        Disk.Plant(Path.Combine(DirectoryOf(volume), "data"));
    }

    private string? CheckVolumes(IReadOnlyList<string> there, IReadOnlyList<string> allowed)
    {
        string[] onDisk = [.. Disk.List(Path.GetDirectoryName(DirectoryOf("x"))!)];
        return there.FirstOrDefault(volume => !onDisk.Contains(volume)) is { } missing ? $"volume '{missing}' has no directory"
            : onDisk.FirstOrDefault(volume => !allowed.Contains(volume)) is { } left ? $"volume '{left}' was destroyed and is still there"
            : there.FirstOrDefault(volume => planted.Contains(volume) && !Disk.FileExists(Path.Combine(DirectoryOf(volume), "data"))) is { } emptied ? $"volume '{emptied}' lost its data"
            : null;
    }

    private static string DirectoryOf(string volume) => SlavePaths.Volume(Work, OperationRig.Role, volume);

    private void Kill()
    {
        foreach (ProcessBase process in slave.Attendants.Append(slave))
        {
            process.Terminate();
        }
    }

    private async Task RestartAsync(int? powerCut)
    {
        await node.Manager.WaitAsync(slave);
        await node.SettleAsync();
        SimulatedDisk disk = powerCut is { } seed ? Disk.AfterPowerCut(new Random(seed)) : Disk.AfterKill();
        (disk.Fault, Disk) = (Disk.Fault, disk);
        slave = Start();
    }

    private SlaveProcess Start()
    {
        var info = new SlaveInfo { Hostname = "agent.example", Port = node.Manager.Address.Port, Checkpoint = true };
        plain.CopyTo(info.Resources);
        var detector = new FakeDetector();
        slave = node.Spawn(new SlaveProcess(
            node.Manager, new SlaveOptions { WorkDirectory = Work }, info, "/opt/mesos", detector, new FakeContainerizer(), Disk));
        detector.Appoint(new MasterInfo { Id = "m", Ip = 0, Port = 5050, Pid = Master.Self.ToString(), Hostname = "master.example" });
        return slave;
    }
}

using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

/// <summary>Work directories that a real agent of the original left, and ours beside them.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs the rights of files and links of POSIX")]
internal sealed class TakeoverTests
{
    private const string Scenario = "agent-restart-recovery";
    private const string ExecutorPid = "executor(1)@127.0.0.1:42181";

    private SlaveRig rig = null!;

    private static EnumerationOptions Recursive { get; } = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    [SetUp]
    public void SetUp() => rig = new SlaveRig { Checkpoint = true };

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task Checkpoints_lie_where_the_original_puts_them()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync();
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskRunning));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        string run = rig.Containers.Launches[0].Id.Value;
        string[] ours = [.. Layout(rig.WorkDirectory, rig.WorkDirectory).Select(entry => entry
            .Replace(SlaveRig.SlaveId, "S", StringComparison.Ordinal).Replace(SlaveRig.FrameworkId, "F", StringComparison.Ordinal).Replace(run, "R", StringComparison.Ordinal))];
        string unpacked = OriginalWorkDirectory.Unpack();
        string[] originals = [.. Layout(unpacked, OriginalWorkDirectory.Location)
            .Where(entry => !OriginalWorkDirectory.IsLeftToOthers(entry))
            .Select(entry => entry.Replace(OriginalWorkDirectory.Slave, "S", StringComparison.Ordinal).Replace(OriginalWorkDirectory.Framework, "F", StringComparison.Ordinal).Replace(OriginalWorkDirectory.Run, "R", StringComparison.Ordinal))];
        Directory.Delete(unpacked, recursive: true);
        Assert.That(ours.Count(entry => entry.Contains("/pids/forked.start", StringComparison.Ordinal)), Is.EqualTo(1), "the one file more, which the original ignores");
        Assert.That(ours.Where(entry => !entry.Contains("/pids/forked.start", StringComparison.Ordinal)).Order(), Is.EqualTo(originals.Order()));
    }

    [Test]
    public void What_a_real_agent_left_is_understood()
    {
        string directory = OriginalWorkDirectory.Unpack();
        RecoveredState state = new StateReader(DiskFileSystem.Instance, Path.Combine(directory, "meta"), strict: true, bootId: null).Read();
        Directory.Delete(directory, recursive: true);
        Assert.That(state.Slave!.Hostname, Is.EqualTo("agent.example"));
        Assert.That(state.Slave.Resources.Select(resource => resource.HasRole), Has.All.False, "resources are in the newer format");
        RecoveredFramework framework = state.Frameworks.Single();
        Assert.That(framework.Info!.Checkpoint, Is.True);
        Assert.That(framework.Pid!.Id, Does.StartWith("scheduler-"));
        RecoveredExecutor executor = framework.Executors.Single();
        Assert.That((executor.Id, executor.IsForCommandTask), Is.EqualTo(("exec-1", false)));
        Assert.That(executor.Latest!.ContainerId, Is.EqualTo(OriginalWorkDirectory.Run));
        Assert.That(executor.Latest.Forked!.Value.Pid, Is.GreaterThan(1));
        Assert.That(executor.Latest.LibprocessPid, Is.EqualTo(UPid.Parse(ExecutorPid)));
        RecoveredTask task = executor.Latest.Tasks.Single();
        Assert.That(task.Task.State, Is.EqualTo(TaskState.TaskStaging));
        Assert.That(task.Updates.Single().Status.State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(task.Acknowledged, Has.Count.EqualTo(1));
        Assert.That(task.UpdatesLength, Is.Null);
    }

    [Test]
    public async Task An_agent_takes_over_from_a_real_one()
    {
        await rig.KillAsync();
        Directory.Delete(rig.WorkDirectory, recursive: true);
        Directory.Move(OriginalWorkDirectory.Unpack(), rig.WorkDirectory);
        string boot = Path.Combine(rig.WorkDirectory, "meta", "boot_id");
        await File.WriteAllTextAsync(boot, Host.BootId.Read());
        SlaveInfo recorded = First<RegisterSlaveMessage>("slave(1)", "master").Slave;
        FakePeer executor = rig.Node.Spawn(new FakePeer(rig.Node.Manager, "executor(1)"));
        string address = Directory.EnumerateFiles(rig.WorkDirectory, "libprocess.pid", Recursive).Single();
        Assert.That(await File.ReadAllTextAsync(address), Is.EqualTo(ExecutorPid));
        await File.WriteAllTextAsync(address, executor.Self.ToString());
        await rig.StartAsync(change: info =>
        {
            info.Attributes.Clear();
            info.MergeFrom(recorded);
            info.Resources.Clear();
            info.Resources.Add(recorded.Resources.Select(resource => resource.Clone()));
            Common.ResourceFormat.UpgradeAll(info);
        });
        Assert.That(rig.Slave.Failure, Is.Null);
        Assert.That(executor.All, Is.EqualTo(new[] { First<ReconnectExecutorMessage>("slave(1)", "executor(1)") }));
        await rig.SendAsync(executor, First<ReregisterExecutorMessage>("executor(1)", "slave(1)"));
        Assert.That(executor.All.Skip(1), Is.EqualTo(new[] { First<ExecutorReregisteredMessage>("slave(1)", "executor(1)") }));
        await rig.Node.AdvanceAsync(rig.Options.ExecutorReregistrationTimeout);
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        await rig.FromMasterAsync(First<SlaveReregisteredMessage>("master", "slave(1)"));
        await rig.FromMasterAsync(First<UpdateFrameworkMessage>("master", "slave(1)"));
        ReregisterSlaveMessage again = First<ReregisterSlaveMessage>("slave(1)", "master");
        UpdateSlaveMessage update = Recorded.All<UpdateSlaveMessage>(Scenario, "slave(1)", "master")[1];

        // Fresh at every start of an agent, and the same in both.
        Assert.That(update.ResourceVersionUuid, Is.EqualTo(again.ResourceVersionUuid));
        update.ResourceVersionUuid = again.ResourceVersionUuid = rig.Master.Only<ReregisterSlaveMessage>().ResourceVersionUuid;
        Assert.That(rig.Master.All, Is.EqualTo(new IMessage[] { again, update }));
        await rig.FromMasterAsync(First<ShutdownFrameworkMessage>("master", "slave(1)"));
        Assert.That(executor.All.Skip(2), Is.EqualTo(new[] { First<ShutdownExecutorMessage>("slave(1)", "executor(1)") }));
    }

    private static T First<T>(string from, string to)
        where T : class, IMessage<T>, new() => Recorded.First<T>(Scenario, from, to);

    /// <summary>Every file and directory below one, with its rights; links with where they lead below the work directory.</summary>
    private static IEnumerable<string> Layout(string root, string location) => Directory
        .EnumerateFileSystemEntries(root, "*", Recursive)
        .Concat(Directory.EnumerateDirectories(root, "*", Recursive).SelectMany(Directory.EnumerateFileSystemEntries).Where(path => new FileInfo(path).LinkTarget is not null))
        .Select(path => Path.GetRelativePath(root, path) + (
            new FileInfo(path).LinkTarget is { } target ? " -> " + Path.GetRelativePath(location, target)
            : Directory.Exists(path) ? $"/ {Mode(path)}"
            : $" {Mode(path)}"));

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
}

using System.Net;
using LibProcess.Processes;
using LibProcess.Testing;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Common.Messages;
using Mesos.Common.Versions;
using Mesos.Master;
using Mesos.Master.Registrar.Storage;
using Mesos.Proto;
using Mesos.Slave;
using Mesos.Slave.Containerizer;

namespace Mesos.Interop.Tests;

/// <summary>A master or an agent of ours on loopback, in real time.</summary>
internal sealed class LiveNode : IAsyncDisposable
{
    private const string Resources = "cpus:4;mem:4096;disk:10000;ports:[31000-32000]";
    private const string Attributes = "rack:r1;zone:a";
    private const string LauncherDirectory = "/opt/mesos/libexec";

    private readonly ProcessManager manager;
    private readonly Func<Task> stop;
    private readonly string? workDirectory;

    private LiveNode(ProcessManager manager, Func<Task> stop, string? workDirectory = null)
    {
        (this.manager, this.stop, this.workDirectory) = (manager, stop, workDirectory);
    }

    public IPEndPoint EndPoint => manager.Address.ToEndPoint();

    public static async Task<LiveNode> StartMasterAsync()
    {
        ProcessManager manager = ProcessManager.Start(WireMessageSchema.ApplyTo(new ProcessManagerOptions { Delegate = MasterProcess.ProcessId }));
        MasterOptions options = MasterFlags.ToOptions(Load(MasterFlags.Table, "--registry=in_memory", "--hostname=master.example"));
        MasterDaemon master = MasterDaemon.Start(manager, options);
        await master.Elected;
        return new LiveNode(manager, () => master.DisposeAsync().AsTask());
    }

    public static async Task<LiveNode> StartAgentAsync(IPEndPoint master)
    {
        string directory = Directory.CreateTempSubdirectory("interop-agent-").FullName;
        ProcessManager manager = ProcessManager.Start(WireMessageSchema.ApplyTo(new ProcessManagerOptions { Delegate = "slave(1)" }));
        SlaveDaemon agent = await StartAgentAsync(manager, directory, master.ToString());
        return new LiveNode(manager, () => agent.StopAsync(), directory);
    }

    /// <summary>A master on a node with virtual time, leading.</summary>
    public static async Task<MasterDaemon> SpawnMasterAsync(TestNode node, MasterOptions? options = null, IRegistryStorage? storage = null)
    {
        MasterDaemon master = MasterDaemon.Start(
            node.Manager, (options ?? new MasterOptions()) with { Hostname = "master.example" }, storage ?? new InMemoryRegistryStorage());
        await master.Elected;
        return master;
    }

    /// <summary>An agent on a node with virtual time, as the recorded one was started; its containers exist in name only.</summary>
    public static SlaveProcess SpawnAgent(TestNode node, SlaveOptions options, IMasterDetector detector, int port, NamedProcesses? processes = null)
    {
        var info = new SlaveInfo { Hostname = "agent.example", Port = port, Checkpoint = true };
        Assert.That(Mesos.Common.ResourceText.TryParse(Resources, "*", out Mesos.Common.Resources? resources, out string? error), Is.True, error);
        Assert.That(Mesos.Common.Attributes.TryParse(Attributes, out IReadOnlyList<Mesos.Proto.Attribute>? attributes, out error), Is.True, error);
        resources!.CopyTo(info.Resources);
        info.Attributes.Add(attributes);
        processes ??= new NamedProcesses();
        var containerizer = new PosixContainerizerProcess(
            node.Manager, new MesosProgram("/opt/mesos/bin/mesos", LauncherDirectory), processes, processes, new Dictionary<string, string>(), options.WorkDirectory);
        node.Spawn(containerizer);
        VersionProcess.EnsureOn(node.Manager);
        return node.Spawn(new SlaveProcess(node.Manager, options, info, LauncherDirectory, detector, containerizer));
    }

    public async ValueTask DisposeAsync()
    {
        await stop();
        await manager.DisposeAsync();
        if (workDirectory is not null)
        {
            Directory.Delete(workDirectory, recursive: true);
        }
    }

    private static Task<SlaveDaemon> StartAgentAsync(ProcessManager manager, string directory, string master) => SlaveDaemon.StartAsync(
        manager,
        SlaveFlags.ToOptions(Load(
            SlaveFlags.Table, $"--master={master}", $"--work_dir={directory}", "--hostname=agent.example", $"--resources={Resources}", $"--attributes={Attributes}")),
        Locate(master));

    private static FlagValues Load(FlagTable table, params string[] arguments) =>
        table.TryLoad(arguments, [], out FlagValues? values, out string? error) ? values : throw new ArgumentException(error);

    private static MasterLocation Locate(string master) =>
        MasterLocation.TryParse(master, out MasterLocation? location, out string? error) ? location : throw new ArgumentException(error);
}

using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Proto;

namespace Mesos.Sched.Tests;

/// <summary>A driver on one node and a master on another, connected by sockets; the driver's time is virtual.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    public Conversation(
        FrameworkInfo? framework = null,
        Func<SchedulerDriverOptions, SchedulerDriverOptions>? configure = null,
        string? master = null)
    {
        Node = new TestNode(configure: WireMessageSchema.ApplyTo);
        MasterNode = new TestNode(configure: WireMessageSchema.ApplyTo);
        Master = MasterNode.Spawn(new FakeMaster(MasterNode.Manager));
        Agent = MasterNode.Spawn(new FakeMaster(MasterNode.Manager, "slave(1)"));
        var options = new SchedulerDriverOptions { Manager = Node.Manager, Environment = new Dictionary<string, string>() };
        Driver = new MesosSchedulerDriver(
            Scheduler,
            framework ?? Framework(),
            master ?? Master.Self.Address.ToString(),
            configure is null ? options : configure(options));
    }

    public TestNode Node { get; }

    public TestNode MasterNode { get; }

    public FakeMaster Master { get; }

    /// <summary>Only records, like a master.</summary>
    public FakeMaster Agent { get; }

    public RecordingScheduler Scheduler { get; } = new();

    public MesosSchedulerDriver Driver { get; }

    public static FrameworkInfo Framework(string? id = null, params string[] roles)
    {
        var info = new FrameworkInfo { User = "user", Name = "test", Hostname = "host" };
        if (id is not null)
        {
            info.Id = new FrameworkID { Value = id };
        }

        if (roles.Length > 0)
        {
            info.Roles.AddRange(roles);
            info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = FrameworkInfo.Types.Capability.Types.Type.MultiRole });
        }

        return info;
    }

    /// <summary>Starts the driver and brings it to where it is registered.</summary>
    public static async Task<Conversation> RegisteredAsync(
        FrameworkInfo? framework = null,
        Func<SchedulerDriverOptions, SchedulerDriverOptions>? configure = null)
    {
        var conversation = new Conversation(framework, configure);
        conversation.Driver.Start();
        await conversation.Master.AcceptFrameworkAsync();
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
        return conversation;
    }

    /// <summary>Waits until the driver has done all it was asked for.</summary>
    public Task SettleAsync() => Node.SettleAsync();

    public async ValueTask DisposeAsync()
    {
        await Driver.DisposeAsync();
        await Node.DisposeAsync();
        await MasterNode.DisposeAsync();
    }
}

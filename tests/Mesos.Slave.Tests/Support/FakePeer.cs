using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace Mesos.Slave.Tests.Support;

/// <summary>A master, executor or scheduler that keeps what it gets. Look at it only when the node has settled.</summary>
internal sealed class FakePeer(ProcessManager manager, string id) : ProcessBase(manager, id)
{
    private readonly List<(UPid From, IMessage Message)> received = [];

    /// <summary>Everything that came, in order.</summary>
    public IReadOnlyList<IMessage> All => [.. received.Select(item => item.Message)];

    /// <summary>What came of one type, in order.</summary>
    public IReadOnlyList<T> Got<T>() => [.. received.Select(item => item.Message).OfType<T>()];

    /// <summary>The only one of its type.</summary>
    public T Only<T>() => Got<T>().Single();

    /// <summary>The only one of its type, and who sent it.</summary>
    public (UPid From, T Message) OnlyWithSender<T>() => received.Where(item => item.Message is T).Select(item => (item.From, (T)item.Message)).Single();

    /// <summary>The names of what came, in order.</summary>
    public IReadOnlyList<string> Names => [.. received.Select(item => item.Message.Descriptor.Name)];

    public void Forget() => received.Clear();

    protected override void Initialize()
    {
        Keep<AuthenticateMessage>();
        Keep<RegisterSlaveMessage>();
        Keep<ReregisterSlaveMessage>();
        Keep<UnregisterSlaveMessage>();
        Keep<UpdateSlaveMessage>();
        Keep<PongSlaveMessage>();
        Keep<StatusUpdateMessage>();
        Keep<ExitedExecutorMessage>();
        Keep<UpdateOperationStatusMessage>();
        Keep<ExecutorToFrameworkMessage>();
        Keep<FrameworkToExecutorMessage>();
        Keep<ExecutorRegisteredMessage>();
        Keep<ExecutorReregisteredMessage>();
        Keep<ReconnectExecutorMessage>();
        Keep<ShutdownExecutorMessage>();
        Keep<RunTaskMessage>();
        Keep<KillTaskMessage>();
        Keep<StatusUpdateAcknowledgementMessage>();
    }

    private void Keep<T>()
        where T : class, IMessage<T>, new() =>
        Install<T>((from, message) => received.Add((from, message)));
}

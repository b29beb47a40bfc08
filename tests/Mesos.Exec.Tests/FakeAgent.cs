using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec.Tests;

/// <summary>An agent that says what the test tells it to say, and shows what it was sent.</summary>
internal sealed class FakeAgent(ProcessManager manager) : ProcessBase(manager, "slave(1)")
{
    private readonly Inbox<(UPid From, IMessage Message)> inbox = new();

    public static SlaveID Id => new() { Value = "agent-1" };

    public static FrameworkID FrameworkId => new() { Value = "framework-1" };

    public static ExecutorID ExecutorId => new() { Value = "executor-1" };

    public static SlaveInfo Info => new() { Hostname = "agent.example" };

    public static FrameworkInfo Framework => new() { User = "user", Name = "test", Id = FrameworkId };

    public static ExecutorInfo ExecutorInfo => new() { ExecutorId = ExecutorId, Data = ByteString.CopyFromUtf8("for you") };

    public UPid Executor { get; set; } = UPid.Empty;

    public static TaskInfo Task(string id = "task-1") => new()
    {
        Name = id,
        TaskId = new TaskID { Value = id },
        SlaveId = Id,
    };

    public static StatusUpdateAcknowledgementMessage Acknowledge(StatusUpdateMessage update) => new()
    {
        SlaveId = Id,
        FrameworkId = FrameworkId,
        TaskId = update.Update.Status.TaskId,
        Uuid = update.Update.Uuid,
    };

    public void Tell(IMessage message) => Manager.Send(Self, Executor, message);

    public void TellTask(string id = "task-1") =>
        Tell(new RunTaskMessage { Framework = Framework, Pid = "scheduler@127.0.0.1:1", Task = Task(id) });

    public void TellRegistered() => Tell(new ExecutorRegisteredMessage
    {
        ExecutorInfo = ExecutorInfo,
        FrameworkId = FrameworkId,
        FrameworkInfo = Framework,
        SlaveId = Id,
        SlaveInfo = Info,
    });

    public async Task<T> NextAsync<T>()
        where T : class, IMessage
    {
        (UPid from, IMessage message) = await inbox.NextAsync(typeof(T).Name);
        Executor = from;
        Assert.That(message, Is.InstanceOf<T>());
        return (T)message;
    }

    public bool TryTake(out (UPid From, IMessage Message) item) => inbox.TryTake(out item);

    protected override void Initialize()
    {
        Install<RegisterExecutorMessage>(Record);
        Install<ReregisterExecutorMessage>(Record);
        Install<StatusUpdateMessage>(Record);
        Install<ExecutorToFrameworkMessage>(Record);
    }

    private void Record(UPid from, IMessage message) => inbox.Add((from, message));
}

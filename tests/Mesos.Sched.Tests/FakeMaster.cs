using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>A master that says what the test tells it to say, and shows what it was sent.</summary>
internal sealed class FakeMaster(ProcessManager manager, string id = "master") : ProcessBase(manager, id)
{
    private readonly Inbox<(UPid From, IMessage Message)> inbox = new();

    public static FrameworkID FrameworkId => new() { Value = "framework-1" };

    public static SlaveID AgentId => new() { Value = "agent-1" };

    public UPid Framework { get; private set; } = UPid.Empty;

    public MasterInfo Info => new()
    {
        Id = "m",
        Ip = 16777343,
        Port = Self.Address.Port,
        Pid = Self.ToString(),
        Hostname = "master.example",
    };

    public void Tell(IMessage message) => Manager.Send(Self, Framework, message);

    public async Task<T> NextAsync<T>()
        where T : class, IMessage
    {
        (UPid from, IMessage message) = await inbox.NextAsync(typeof(T).Name);
        Framework = from;
        Assert.That(message, Is.InstanceOf<T>());
        return (T)message;
    }

    public async Task<Call> NextCallAsync(Call.Types.Type type)
    {
        Call call = await NextAsync<Call>();
        Assert.That(call.Type, Is.EqualTo(type));
        return call;
    }

    public bool TryTake(out (UPid From, IMessage Message) item) => inbox.TryTake(out item);

    /// <summary>Waits for the next subscription and accepts it.</summary>
    public async Task<Call> AcceptFrameworkAsync()
    {
        Call call = await NextCallAsync(Call.Types.Type.Subscribe);
        Tell(new FrameworkRegisteredMessage { FrameworkId = FrameworkId, MasterInfo = Info });
        return call;
    }

    public static Offer Offer(string id = "offer-1", string agent = "agent-1") => new()
    {
        Id = new OfferID { Value = id },
        FrameworkId = FrameworkId,
        SlaveId = new SlaveID { Value = agent },
        Hostname = "agent.example",
    };

    public void TellOffer(string pid, string id = "offer-1") =>
        Tell(new ResourceOffersMessage { Offers = { Offer(id) }, Pids = { pid } });

    public static StatusUpdateMessage Update(TaskState state, Guid? uuid, string? pid = "slave(1)@127.0.0.1:5051")
    {
        var message = new StatusUpdateMessage
        {
            Update = new StatusUpdate
            {
                FrameworkId = FrameworkId,
                SlaveId = AgentId,
                ExecutorId = new ExecutorID { Value = "executor-1" },
                Status = new TaskStatus { TaskId = new TaskID { Value = "task-1" }, State = state, SlaveId = AgentId },
                Timestamp = 1,
            },
        };
        if (uuid is { } value)
        {
            message.Update.Uuid = Mesos.Common.Values.UuidBytes.ToByteString(value);
            message.Update.Status.Uuid = message.Update.Uuid;
        }

        if (pid is not null)
        {
            message.Pid = pid;
        }

        return message;
    }

    protected override void Initialize()
    {
        Install<Call>(Record);
        Install<DeactivateFrameworkMessage>(Record);
        Install<FrameworkToExecutorMessage>(Record);
        Install<AuthenticateMessage>(Record);
    }

    private void Record(UPid from, IMessage message) => inbox.Add((from, message));
}

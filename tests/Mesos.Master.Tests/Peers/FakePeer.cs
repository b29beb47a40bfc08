using System.Collections.Concurrent;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace Mesos.Master.Tests.Peers;

/// <summary>A scripted process that keeps what it is sent and says what a test tells it to.</summary>
public abstract class FakePeer(ProcessManager manager, string id, UPid master) : ProcessBase(manager, id)
{
    private readonly ConcurrentQueue<IMessage> received = new();

    public UPid Master { get; set; } = master;

    /// <summary>All messages since the last look, pings left out.</summary>
    public IReadOnlyList<IMessage> Take()
    {
        List<IMessage> taken = [];
        while (received.TryDequeue(out IMessage? message))
        {
            taken.Add(message);
        }

        return taken;
    }

    /// <summary>The messages of one type since the last look; all others are forgotten.</summary>
    public IReadOnlyList<T> Take<T>() => [.. Take().OfType<T>()];

    /// <summary>The only message since the last look.</summary>
    public T TakeOnly<T>()
    {
        IReadOnlyList<IMessage> taken = Take();
        Assert.That(taken, Has.Count.EqualTo(1), string.Join("; ", taken.Select(message => message.Descriptor.Name)));
        Assert.That(taken[0], Is.InstanceOf<T>());
        return (T)taken[0];
    }

    public void Say(IMessage message) => Manager.Send(Self, Master, message);

    /// <summary>Sends the bytes of a message, as another node would: they are parsed and checked on arrival.</summary>
    public void SayBytes(IMessage message) => Manager.Send(Self, Master, message.Descriptor.FullName, message.ToByteArray());

    protected void Keep<T>()
        where T : class, IMessage<T>, new() => Install<T>((_, message) => Remember(message));

    protected void Remember(IMessage message) => received.Enqueue(message);
}

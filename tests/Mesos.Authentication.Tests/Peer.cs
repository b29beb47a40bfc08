using System.Threading.Channels;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace Mesos.Authentication.Tests;

/// <summary>A process that keeps the bytes it is sent and sends what it is told to.</summary>
internal sealed class Peer(ProcessManager manager, string id) : ProcessBase(manager, id)
{
    private static readonly string[] Names =
    [
        "AuthenticateMessage", "AuthenticationMechanismsMessage", "AuthenticationStartMessage", "AuthenticationStepMessage",
        "AuthenticationCompletedMessage", "AuthenticationFailedMessage", "AuthenticationErrorMessage",
    ];

    private readonly Channel<(UPid From, string Name, byte[] Body)> received = Channel.CreateUnbounded<(UPid, string, byte[])>();

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public Task<(UPid From, string Name, byte[] Body)> ReceiveAsync() => received.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<T> ReceiveAsync<T>()
        where T : IMessage<T>, new()
    {
        var message = new T();
        (_, string name, byte[] body) = await ReceiveAsync();
        Assert.That(name, Is.EqualTo(message.Descriptor.FullName));
        message.MergeFrom(body);
        return message;
    }

    public void Say(UPid to, IMessage message) => Say(to, message.Descriptor.FullName, message.ToByteArray());

    public void Say(UPid to, string name, byte[] body) => Manager.Send(Self, to, name, body);

    protected override void Initialize()
    {
        foreach (string name in Names.Select(name => "mesos.internal." + name))
        {
            Install(name, (from, body) => received.Writer.TryWrite((from, name, body.ToArray())));
        }
    }
}

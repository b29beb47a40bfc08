using System.Buffers;
using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Messages;
using LibProcess.Net;

namespace LibProcess.Processes;

// The way of messages and requests between processes and connections.
public sealed partial class ProcessManager : IInbound
{
    IHostResolver IInbound.Hosts => Hosts;

    bool IInbound.Deliver(MessageHead head, in ReadOnlySequence<byte> body, BodyReader? reader)
    {
        ProcessBase? process = head.Receiver;
        if (process is null || process.HasEnded)
        {
            if (!TryFind(head.ToId, out process))
            {
                return false;
            }

            head.Receiver = process;
        }

        MessageType? type = head.Type;
        if (type is null && MessageTypes.TryGet(head.Name, out type))
        {
            head.Type = type;
        }

        if (type is null && reader?.TryTake(body) is { } lent)
        {
            process.EnqueueMessage(head.From, head.Name, lent, lent.Bytes);
        }
        else if (type is null)
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)body.Length));
            body.CopyTo(bytes);
            process.EnqueueMessage(head.From, head.Name, message: null, bytes);
        }
        else if (ParseOrDrop(type, head.ToId, head.From, body) is { } message)
        {
            process.EnqueueMessage(head.From, type.Name, message, default);
        }

        return true;
    }

    RouteOptions IInbound.OptionsOf(string path) => router.OptionsOf(path);

    ValueTask<HttpResponse> IInbound.HandleAsync(HttpRequest request) => router.HandleAsync(request);

    void IInbound.LinkBroken(NetworkAddress address)
    {
        foreach ((ProcessBase linker, UPid pid) in Links.ConnectionEnded(address))
        {
            linker.EnqueueExited(pid);
        }
    }

    /// <summary>Sends a message in the name of <paramref name="from"/>; what <see cref="ProcessBase"/> and tests use. Any thread.</summary>
    /// <param name="from">The sender, to whom replies go; may be <see cref="UPid.Empty"/>.</param>
    /// <param name="to">The receiver; nothing is sent to <see cref="UPid.Empty"/>.</param>
    /// <param name="message">Belongs to the receiver from now on.</param>
    public void Send(UPid from, UPid to, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Forward(from, to, MessageTypes.NameOf(message), message, default);
    }

    /// <summary>
    /// Sends bytes under a message name in the name of <paramref name="from"/>. They belong to the receiver from then on: large ones
    /// travel from where they are. Any thread.
    /// </summary>
    public void Send(UPid from, UPid to, string name, ReadOnlyMemory<byte> body = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Forward(from, to, name, message: null, body);
    }

    internal void Forward(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (TryFind(to, out ProcessBase? process))
        {
            process.EnqueueMessage(from, name, message, body);
        }
        else if (to.Address == Address)
        {
            Dropped.UnknownProcess(to.Id, name, from);
        }
        else if (!to.IsEmpty)
        {
            outbound.Send(from, to, name, message, body);
        }
    }

    internal void Link(ProcessBase linker, UPid to, LinkMode mode)
    {
        if (to.IsEmpty)
        {
            return;
        }

        if (to.Address != Address)
        {
            Links.AddRemote(linker, to);
            outbound.Link(to.Address, to.Host, mode);
            return;
        }

        if (!TryFind(to, out ProcessBase? target) || !Links.TryAddLocal(linker, target))
        {
            linker.EnqueueExited(to);
        }
    }

    /// <summary>Parses a body; one that is malformed or lacks a required field is logged, counted and dropped.</summary>
    internal IMessage? ParseOrDrop(MessageType type, string processId, UPid from, in ReadOnlySequence<byte> body)
    {
        try
        {
            if (type.Parse(body) is { } message)
            {
                return message;
            }

            Dropped.MissingRequiredField(processId, type.Name, from);
        }
        catch (InvalidProtocolBufferException exception)
        {
            Dropped.Malformed(processId, type.Name, from, exception.Message);
        }

        return null;
    }
}

using Google.Protobuf;
using LibProcess.Messages;
using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Answers a node's questions about messages from generated code, so that no daemon builds descriptors to start.</summary>
public sealed class WireMessageSchema : IMessageSchema
{
    private WireMessageSchema()
    {
    }

    /// <summary>The schema to give to every node that runs Mesos processes.</summary>
    public static IMessageSchema Instance { get; } = new WireMessageSchema();

    /// <inheritdoc/>
    public string NameOf(IMessage message) => message is IWireMessage wire ? wire.WireName : message.Descriptor.FullName;

    /// <inheritdoc/>
    public bool IsComplete(IMessage message) => message is IWireMessage wire ? wire.CheckRequired(null) : message.IsInitialized();
}

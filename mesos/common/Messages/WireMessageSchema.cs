using Google.Protobuf;
using LibProcess.Messages;
using LibProcess.Processes;
using Mesos.Proto;

namespace Mesos.Common.Messages;

/// <summary>Names and completeness of the messages of Mesos.Proto, from generated code instead of descriptors.</summary>
/// <remarks>Every node of a daemon, driver or tool is started with it: building descriptors costs about 35 ms and 9 MB.</remarks>
public sealed class WireMessageSchema : IMessageSchema
{
    private WireMessageSchema()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static WireMessageSchema Instance { get; } = new();

    /// <summary>The options of a node that talks Mesos.</summary>
    public static ProcessManagerOptions ApplyTo(ProcessManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Messages = Instance };
    }

    /// <inheritdoc/>
    public string NameOf(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message is IWireMessage wire ? wire.WireName : message.Descriptor.FullName;
    }

    /// <inheritdoc/>
    public bool IsComplete(IMessage message) => message is IWireMessage wire ? wire.IsInitialized() : message.IsInitialized();
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace LibProcess.Messages;

/// <summary>The message types of a node: the names of what is sent, and how to parse what arrives before it is queued.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class MessageTypes(IMessageSchema schema)
{
    private readonly ConcurrentDictionary<Type, string> names = new();
    private readonly ConcurrentDictionary<string, MessageType> handled = new(StringComparer.Ordinal);

    public string NameOf(IMessage message) =>
        names.TryGetValue(message.GetType(), out string? name)
            ? name
            : names.GetOrAdd(message.GetType(), static (_, state) => state.schema.NameOf(state.message), (schema, message));

    /// <summary>The type for a handler; from now on messages of its name are parsed on arrival.</summary>
    public MessageType<T> Add<T>()
        where T : class, IMessage<T>, new() =>
        (MessageType<T>)handled.GetOrAdd(NameOf(new T()), static (name, schema) => new MessageType<T>(name, schema), schema);

    public bool TryGet(string name, [NotNullWhen(true)] out MessageType? type) => handled.TryGetValue(name, out type);
}

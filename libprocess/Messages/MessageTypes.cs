using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Messages;

/// <summary>The message types some process of the node handles: what arrives under their names is parsed before it is queued.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class MessageTypes
{
    private readonly ConcurrentDictionary<string, MessageType> byName = new(StringComparer.Ordinal);

    public void Add(MessageType type) => byName.TryAdd(type.Name, type);

    public bool TryGet(string name, [NotNullWhen(true)] out MessageType? type) => byName.TryGetValue(name, out type);
}

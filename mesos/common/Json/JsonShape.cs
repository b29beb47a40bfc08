using System.Collections.Concurrent;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Mesos.Common.Json;

/// <summary>What the JSON form needs to know of a message type, looked up once.</summary>
internal sealed class JsonShape
{
    // What a message type looks like never changes, so this is a cache of facts and not state.
    private static readonly ConcurrentDictionary<MessageDescriptor, JsonShape> Shapes = new();

    private JsonShape(MessageDescriptor type)
    {
        Fields = [.. type.Fields.InDeclarationOrder().Select(field => new JsonField(field))];
    }

    public IReadOnlyList<JsonField> Fields { get; }

    public static JsonShape Of(MessageDescriptor type) =>
        Shapes.TryGetValue(type, out var shape) ? shape : Shapes.GetOrAdd(type, new JsonShape(type));
}

/// <summary>What the JSON form needs to know of a field.</summary>
internal sealed class JsonField
{
    public JsonField(FieldDescriptor descriptor)
    {
        Descriptor = descriptor;
        Name = JsonEncodedText.Encode(descriptor.Name);
        var proto = descriptor.ToProto();
        WrittenWhenUnset = proto.HasDefaultValue && !(proto.Options?.Deprecated ?? false);
    }

    public FieldDescriptor Descriptor { get; }

    public JsonEncodedText Name { get; }

    /// <summary>Whether the default is written when the field is unset.</summary>
    public bool WrittenWhenUnset { get; }
}

using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Visits every resource inside a message, however deep, in the order of the fields' declaration.</summary>
/// <remarks>Upstream: <c>convertResourcesImpl</c> in src/common/resources_utils.cpp.</remarks>
internal static class NestedResources
{
    // What a message type looks like never changes, so this is a cache of facts and not state.
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> FieldsWithResources = new();

    /// <summary>Calls <paramref name="visit"/> until it answers false; the answer says whether all were visited.</summary>
    public static bool Visit(IMessage message, Func<Resource, bool> visit)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message is Resource resource)
        {
            return visit(resource);
        }

        foreach (var field in FieldsOf(message.Descriptor))
        {
            var value = field.Accessor.GetValue(message);
            if (field.IsRepeated)
            {
                foreach (IMessage element in (IList)value)
                {
                    if (!Visit(element, visit))
                    {
                        return false;
                    }
                }
            }
            else if (value is IMessage nested && !Visit(nested, visit))
            {
                return false;
            }
        }

        return true;
    }

    private static FieldDescriptor[] FieldsOf(MessageDescriptor type) =>
        FieldsWithResources.TryGetValue(type, out var fields) ? fields : FieldsWithResources.GetOrAdd(type, FindFields(type));

    private static FieldDescriptor[] FindFields(MessageDescriptor type) =>
        [.. type.Fields.InDeclarationOrder().Where(field => IsPlainMessage(field) && Holds(field.MessageType, []))];

    private static bool Holds(MessageDescriptor type, HashSet<MessageDescriptor> visited) =>
        type == Resource.Descriptor
        || (visited.Add(type) && type.Fields.InDeclarationOrder().Any(field => IsPlainMessage(field) && Holds(field.MessageType, visited)));

    private static bool IsPlainMessage(FieldDescriptor field) => field.FieldType == FieldType.Message && !field.IsMap;
}

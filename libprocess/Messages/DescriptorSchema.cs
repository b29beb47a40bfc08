using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LibProcess.Messages;

/// <summary>
/// Answers from the descriptors of the messages. What can be missing at all is found out once per type: where neither a message
/// nor anything below it has required fields, nothing is looked at.
/// </summary>
internal sealed class DescriptorSchema : IMessageSchema
{
    private readonly ConcurrentDictionary<MessageDescriptor, RequiredFields> known = new();

    public static DescriptorSchema Instance { get; } = new();

    public string NameOf(IMessage message) => message.Descriptor.FullName;

    public bool IsComplete(IMessage message) => Of(message.Descriptor).AllPresent(message);

    private RequiredFields Of(MessageDescriptor type) =>
        known.TryGetValue(type, out RequiredFields? found) ? found : known.GetOrAdd(type, new RequiredFields(this, type));

    /// <summary>What to look at in messages of one type.</summary>
    private sealed class RequiredFields
    {
        private readonly DescriptorSchema schema;
        private readonly FieldDescriptor[] required;
        private readonly FieldDescriptor[] nested;

        // Extensions may be required too, and are known to messages alone.
        private readonly bool extensible;

        public RequiredFields(DescriptorSchema schema, MessageDescriptor type)
        {
            this.schema = schema;
            required = [.. type.Fields.InDeclarationOrder().Where(static field => field.IsRequired)];
            nested = [.. type.Fields.InDeclarationOrder().Where(static field => NestedType(field) is { } below && MayLack(below, []))];
            extensible = IsExtensible(type);
        }

        public bool AllPresent(IMessage message)
        {
            if (extensible)
            {
                return message.IsInitialized();
            }

            foreach (FieldDescriptor field in required)
            {
                if (!field.Accessor.HasValue(message))
                {
                    return false;
                }
            }

            foreach (FieldDescriptor field in nested)
            {
                if (!AllPresent(field, field.Accessor.GetValue(message)))
                {
                    return false;
                }
            }

            return true;
        }

        private bool AllPresent(FieldDescriptor field, object? value)
        {
            if (!field.IsRepeated)
            {
                return value is null || schema.IsComplete((IMessage)value);
            }

            foreach (object below in field.IsMap ? ((IDictionary)value!).Values : (IEnumerable)value!)
            {
                if (!schema.IsComplete((IMessage)below))
                {
                    return false;
                }
            }

            return true;
        }

        private static MessageDescriptor? NestedType(FieldDescriptor field) =>
            field.FieldType is not (FieldType.Message or FieldType.Group) ? null
            : !field.IsMap ? field.MessageType
            : field.MessageType.FindFieldByNumber(2) is { FieldType: FieldType.Message } value ? value.MessageType : null;

        private static bool MayLack(MessageDescriptor type, HashSet<MessageDescriptor> seen) =>
            seen.Add(type)
            && (IsExtensible(type)
                || type.Fields.InDeclarationOrder().Any(field =>
                    field.IsRequired || (NestedType(field) is { } below && MayLack(below, seen))));

        private static bool IsExtensible(MessageDescriptor type) => type.ToProto().ExtensionRange.Count > 0;
    }
}

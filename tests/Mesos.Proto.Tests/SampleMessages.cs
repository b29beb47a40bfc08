using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesos.Proto.Tests;

/// <summary>Makes messages of any type from their descriptors: complete ones, and ones with pieces missing by a seeded choice.</summary>
internal sealed class SampleMessages(Random random)
{
    /// <summary>All message types of the assembly, nested ones too, without the synthetic entries of maps.</summary>
    public static IEnumerable<MessageDescriptor> Types() =>
        CompiledSchema.Files().SelectMany(file => file.MessageTypes).SelectMany(WithNested);

    /// <summary>A message with every required field, and nothing else, here and below.</summary>
    public static IMessage Complete(MessageDescriptor type)
    {
        var message = Empty(type);
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.IsRequired))
        {
            field.Accessor.SetValue(message, Single(field, Complete));
        }

        return message;
    }

    /// <summary>A message whose fields are there or not by chance. The deeper, the fewer.</summary>
    public IMessage Any(MessageDescriptor type, int depth = 0)
    {
        var message = Empty(type);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var likely = field.IsRequired ? 0.97 : 0.5 / (1 + depth);
            if (random.NextDouble() < likely)
            {
                Fill(message, field, below => Any(below, depth + 1));
            }
        }

        return message;
    }

    private static void Fill(IMessage message, FieldDescriptor field, Func<MessageDescriptor, IMessage> make)
    {
        if (field.IsMap)
        {
            var value = field.MessageType.FindFieldByNumber(2);
            ((IDictionary)field.Accessor.GetValue(message))["key"] = Single(value, make);
        }
        else if (field.IsRepeated)
        {
            ((IList)field.Accessor.GetValue(message)).Add(Single(field, make));
        }
        else
        {
            field.Accessor.SetValue(message, Single(field, make));
        }
    }

    public static IMessage Empty(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    private static object Single(FieldDescriptor field, Func<MessageDescriptor, IMessage> make) => field.FieldType switch
    {
        FieldType.Message => make(field.MessageType),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, field.EnumType.Values[^1].Number),
        FieldType.String => "text",
        FieldType.Bytes => ByteString.CopyFromUtf8("bytes"),
        FieldType.Bool => true,
        FieldType.Double => 1.5,
        FieldType.Float => 1.5f,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => 7,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 7L,
        FieldType.UInt32 or FieldType.Fixed32 => 7u,
        FieldType.UInt64 or FieldType.Fixed64 => 7ul,
        _ => throw new NotSupportedException($"{field.FullName} is a {field.FieldType}"),
    };

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor type) =>
        type.NestedTypes.SelectMany(WithNested).Append(type).Where(found => !found.GetOptions().IsMapEntry());
}

internal static class MessageOptionsExtensions
{
    public static bool IsMapEntry(this MessageOptions? options) => options?.MapEntry == true;
}

using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mesos.Interop.Tests.Replay;

/// <summary>Puts the live ids and addresses into a recorded message, so that a scripted peer can send it.</summary>
public sealed class MessageRewriter(Bindings bindings)
{
    public void Rewrite(IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
            {
                continue; // No recorded map holds an id.
            }

            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (int i = 0; i < list.Count; i++)
                {
                    if (list[i] is IMessage element)
                    {
                        Rewrite(element);
                    }
                    else
                    {
                        list[i] = ToLive(list[i]!);
                    }
                }
            }
            else if (field.Accessor.HasValue(message))
            {
                object value = field.Accessor.GetValue(message);
                if (value is IMessage inner)
                {
                    Rewrite(inner);
                }
                else
                {
                    field.Accessor.SetValue(message, ToLive(value));
                }
            }
        }
    }

    private object ToLive(object value) => value switch
    {
        string text => bindings.ToLive(text),
        ByteString { Length: 16 } uuid => ByteString.CopyFrom(bindings.ToLive(uuid.ToByteArray())),
        _ => value,
    };
}

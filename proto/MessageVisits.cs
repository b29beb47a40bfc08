using Google.Protobuf.Collections;

namespace Mesos.Proto;

/// <summary>Used by generated code: shows the messages of one field to a visitor.</summary>
public static class MessageVisits
{
    /// <summary>Shows the message of a field, if there is one.</summary>
    /// <returns>Whether to go on.</returns>
    public static bool Visit(IWireMessage? message, Func<IWireMessage, bool> visit) => message is null || visit(message);

    /// <summary>Shows the messages of a repeated field.</summary>
    /// <returns>Whether to go on.</returns>
    public static bool Visit<T>(RepeatedField<T> messages, Func<IWireMessage, bool> visit)
        where T : class, IWireMessage
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (!visit(messages[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Shows the values of a map field.</summary>
    /// <returns>Whether to go on.</returns>
    public static bool Visit<TKey, T>(MapField<TKey, T> messages, Func<IWireMessage, bool> visit)
        where TKey : notnull
        where T : class, IWireMessage
    {
        foreach (var message in messages.Values)
        {
            if (!visit(message))
            {
                return false;
            }
        }

        return true;
    }
}

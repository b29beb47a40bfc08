namespace Mesos.Proto;

/// <summary>Questions to messages, answered without descriptors.</summary>
public static class WireMessage
{
    /// <summary>The name of a message type on the wire, such as <c>mesos.internal.RegisterSlaveMessage</c>.</summary>
    /// <typeparam name="T">A message of this assembly.</typeparam>
    public static string NameOf<T>()
        where T : IWireMessage, new() => Names<T>.Name;

    /// <summary>
    /// Whether every required field is there, here and in every message below. Preferred by the compiler over the extension
    /// of the same name in <see cref="Google.Protobuf"/>, which reflects over descriptors.
    /// </summary>
    public static bool IsInitialized(this IWireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.CheckRequired(null);
    }

    /// <summary>The required fields that are missing. Empty for a complete message.</summary>
    public static MissingFields FindMissingFields(this IWireMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var missing = new MissingFields();
        message.CheckRequired(missing);
        return missing;
    }

    private static class Names<T>
        where T : IWireMessage, new()
    {
        internal static readonly string Name = new T().WireName;
    }
}

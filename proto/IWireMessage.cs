using Google.Protobuf;

namespace Mesos.Proto;

/// <summary>
/// What every message of this assembly can tell of itself without the protobuf runtime's descriptors, whose first touch
/// costs a process tens of milliseconds and megabytes. The members are generated from the .proto files.
/// </summary>
public interface IWireMessage : IMessage
{
    /// <summary>The full protobuf name, such as <c>mesos.internal.RegisterSlaveMessage</c>: the name libprocess puts on the wire.</summary>
    string WireName { get; }

    /// <summary>
    /// Looks for missing required fields, here and in every message below. A required enum with a number its enum does not
    /// have counts as missing, as it does for C++ peers, which take such a number for an unknown field.
    /// </summary>
    /// <param name="missing">Collects every missing field; null to stop at the first.</param>
    /// <returns>False if <paramref name="missing"/> is null and a field is missing; otherwise true.</returns>
    bool CheckRequired(MissingFields? missing);

    /// <summary>
    /// Shows the messages in the fields of this one, not those below them, in the order of declaration, until <paramref name="visit"/>
    /// answers false.
    /// </summary>
    /// <param name="visit">Looks at one message and says whether to go on.</param>
    /// <returns>Whether all were shown.</returns>
    bool VisitMessages(Func<IWireMessage, bool> visit);
}

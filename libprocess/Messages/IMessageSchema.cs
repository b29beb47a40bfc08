using Google.Protobuf;

namespace LibProcess.Messages;

/// <summary>
/// What a node must know of protobuf messages beyond their bytes. The default asks their descriptors; generated code that
/// knows better saves the time and memory that building descriptors costs.
/// </summary>
/// <remarks>Safe from any thread.</remarks>
public interface IMessageSchema
{
    /// <summary>The full protobuf name of a message, which is its name on the wire.</summary>
    string NameOf(IMessage message);

    /// <summary>Whether every required field is there, in the message and in all below it. Parsing does not check this.</summary>
    bool IsComplete(IMessage message);
}

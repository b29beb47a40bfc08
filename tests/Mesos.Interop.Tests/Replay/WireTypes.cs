using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Proto.Internal;

namespace Mesos.Interop.Tests.Replay;

/// <summary>The messages that travel between master, agent, drivers and executors, by name.</summary>
public static class WireTypes
{
    private static readonly Dictionary<string, MessageDescriptor> ByName =
        new[] { MessagesReflection.Descriptor, AuthenticationReflection.Descriptor, Mesos.Proto.Scheduler.SchedulerReflection.Descriptor }
            .SelectMany(file => file.MessageTypes)
            .ToDictionary(type => type.FullName);

    public static IMessage Parse(string name, ReadOnlySpan<byte> body) => ByName[name].Parser.ParseFrom(body.ToArray());
}

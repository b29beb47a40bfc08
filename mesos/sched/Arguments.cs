using Google.Protobuf;
using Mesos.Proto;

namespace Mesos.Sched;

/// <summary>Copies what a framework hands to the driver, and refuses what a master would drop without a word.</summary>
internal static class Arguments
{
    public static T Copy<T>(T message)
        where T : class, IMessage<T>, IWireMessage
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.CheckRequired(null))
        {
            throw new ArgumentException($"{typeof(T).Name} lacks required fields: {message.FindMissingFields()}", nameof(message));
        }

        return message.Clone();
    }

    public static T[] Copies<T>(IEnumerable<T> messages)
        where T : class, IMessage<T>, IWireMessage
    {
        ArgumentNullException.ThrowIfNull(messages);
        return [.. messages.Select(Copy)];
    }

    public static IReadOnlyCollection<string> Roles(IEnumerable<string> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        string[] all = [.. roles];
        if (all.GroupBy(role => role, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The suppressed role '{twice.Key}' occurs twice", nameof(roles));
        }

        return all;
    }
}

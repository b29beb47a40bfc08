using Google.Protobuf.Collections;

namespace Mesos.Proto;

/// <summary>The paths of the required fields that a message lacks, such as <c>slave.resources[2].name</c>.</summary>
public sealed class MissingFields
{
    private readonly List<string> _paths = [];
    private string _prefix = "";

    /// <summary>The paths found, in the order in which the original reports them.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Used by generated code: notes a missing field of the message being looked at.</summary>
    /// <returns>Whether to go on looking.</returns>
    public static bool Note(string field, MissingFields? missing)
    {
        if (missing is null)
        {
            return false;
        }

        missing._paths.Add(missing._prefix + field);
        return true;
    }

    /// <summary>Used by generated code: looks into the message in a field, if there is one.</summary>
    /// <returns>Whether to go on looking.</returns>
    public static bool Check(IWireMessage? message, string field, MissingFields? missing) =>
        message is null || (missing is null ? message.CheckRequired(null) : missing.Enter(message, $"{field}."));

    /// <summary>Used by generated code: looks into the messages of a repeated field.</summary>
    /// <returns>Whether to go on looking.</returns>
    public static bool Check<T>(RepeatedField<T> messages, string field, MissingFields? missing)
        where T : class, IWireMessage
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (!(missing is null ? messages[i].CheckRequired(null) : missing.Enter(messages[i], $"{field}[{i}].")))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Used by generated code: looks into the values of a map field.</summary>
    /// <returns>Whether to go on looking.</returns>
    public static bool Check<TKey, T>(MapField<TKey, T> messages, string field, MissingFields? missing)
        where TKey : notnull
        where T : class, IWireMessage
    {
        var i = 0;
        foreach (var message in messages.Values)
        {
            if (!(missing is null ? message.CheckRequired(null) : missing.Enter(message, $"{field}[{i++}].value.")))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The paths, separated by a comma and a blank, as the original prints them in its answers.</summary>
    public override string ToString() => string.Join(", ", _paths);

    private bool Enter(IWireMessage message, string segment)
    {
        var outer = _prefix;
        _prefix += segment;
        message.CheckRequired(this);
        _prefix = outer;
        return true;
    }
}

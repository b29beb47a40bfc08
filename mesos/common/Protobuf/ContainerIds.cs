using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Ids of containers, which nest: text separates the levels by dots, the outermost first.</summary>
/// <remarks>Upstream: src/common/protobuf_utils.cpp and src/common/type_utils.cpp.</remarks>
public static class ContainerIds
{
    /// <summary>The outermost container around one, or itself.</summary>
    public static ContainerID Root(ContainerID id)
    {
        ArgumentNullException.ThrowIfNull(id);
        while (id.Parent is not null)
        {
            id = id.Parent;
        }

        return id;
    }

    /// <summary>The text form, such as <c>parent.child</c>.</summary>
    public static string Format(ContainerID id)
    {
        ArgumentNullException.ThrowIfNull(id);
        Stack<string> levels = new();
        for (var level = id; level is not null; level = level.Parent)
        {
            levels.Push(level.Value);
        }

        return string.Join('.', levels);
    }

    /// <summary>Reads the text form.</summary>
    public static ContainerID Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('.').Aggregate((ContainerID?)null, (parent, value) => new ContainerID { Value = value, Parent = parent })!;
    }
}

using System.Text;

namespace Mesos.Common.Values;

/// <summary>What the text of a task, executor, agent or framework id may look like.</summary>
/// <remarks>Upstream: src/common/validation.cpp. Ids become names of directories, which explains the rules.</remarks>
public static class IdRules
{
    /// <summary>Longest id, in bytes of UTF-8.</summary>
    public const int MaxLength = 255;

    /// <summary>Says what is wrong with an id, or null when it is acceptable.</summary>
    public static string? Validate(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0)
        {
            return "The id is empty";
        }

        if (id.Length > MaxLength || Encoding.UTF8.GetByteCount(id) > MaxLength)
        {
            return $"The id is longer than {MaxLength} characters";
        }

        if (id is "." or "..")
        {
            return $"The id '{id}' is not allowed";
        }

        foreach (var character in id)
        {
            if (character is < ' ' or '\x7f' or '/' or '\\')
            {
                return $"'{id}' contains invalid characters";
            }
        }

        return null;
    }
}

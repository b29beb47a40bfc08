using System.Buffers;

namespace Mesos.Common.Roles;

/// <summary>What role names may look like, and how they nest: <c>eng/web</c> is a subrole of <c>eng</c>.</summary>
/// <remarks>Upstream: src/common/roles.cpp.</remarks>
public static class RoleNames
{
    /// <summary>The role of resources that nobody reserved.</summary>
    public const string Default = "*";

    private static readonly SearchValues<char> Blanks = SearchValues.Create("\t\n\v\f\r \u007f");

    /// <summary>Says what is wrong with a role name, or null when it is acceptable.</summary>
    public static string? Validate(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        if (role == Default)
        {
            return null;
        }

        if (role.Length == 0)
        {
            return "A role name must not be empty";
        }

        foreach (var range in role.AsSpan().Split('/'))
        {
            if (ProblemWith(role.AsSpan()[range]) is { } problem)
            {
                return $"Role '{role}' {problem}";
            }
        }

        return null;
    }

    /// <summary>Says what is wrong with the first bad name, or null when all are acceptable.</summary>
    public static string? Validate(IEnumerable<string> roles) => roles.Select(Validate).FirstOrDefault(error => error is not null);

    /// <summary>Whether <paramref name="role"/> lies below <paramref name="ancestor"/>, at any depth.</summary>
    public static bool IsStrictSubroleOf(string role, string ancestor)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(ancestor);
        return role.Length > ancestor.Length && role[ancestor.Length] == '/' && role.StartsWith(ancestor, StringComparison.Ordinal);
    }

    /// <summary>The roles above <paramref name="role"/>, the nearest first: <c>a/b/c</c> gives <c>a/b</c>, <c>a</c>.</summary>
    public static IEnumerable<string> Ancestors(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        for (var end = role.LastIndexOf('/'); end > 0; end = role.LastIndexOf('/', end - 1))
        {
            yield return role[..end];
        }
    }

    /// <summary>Reads a comma separated list, as the master's <c>--roles</c> has it; empty parts are passed over.</summary>
    public static IReadOnlyList<string> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? ProblemWith(ReadOnlySpan<char> component) => component switch
    {
        "" => "must not begin or end with a slash or contain two in a row",
        "." or ".." or Default => $"must not have '{component}' as a component",
        ['-', ..] => $"must not have a component that begins with a dash, such as '{component}'",
        _ => component.ContainsAny(Blanks) ? "must not contain blanks or a backspace" : null,
    };
}

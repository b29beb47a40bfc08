namespace Mesos.Common.Posix;

/// <summary>The variables by which processes are known to belong to a container, whoever is their parent.</summary>
/// <remarks>
/// The path of the sandbox holds the id of the container, and programs pass their environment on. But what runs in a container may
/// be given another value, such as that of the container its scheduler runs in: then a variable of our own tells, which nobody
/// else sets.
/// </remarks>
public static class ContainerMark
{
    /// <summary>The sandbox, as executors and tasks see it.</summary>
    public const string SandboxVariable = "MESOS_SANDBOX";

    /// <summary>The sandbox, where <see cref="SandboxVariable"/> says something else. It takes precedence.</summary>
    public const string Variable = "MESOS_CONTAINER_MARK";

    /// <summary>Sees to it that what is started with some variables is known to belong to a container.</summary>
    /// <param name="variables">All variables, after everybody else has set theirs.</param>
    /// <param name="sandbox">The sandbox of the container.</param>
    public static void Put(IDictionary<string, string> variables, string sandbox)
    {
        ArgumentNullException.ThrowIfNull(variables);
        variables.Remove(Variable);
        if (!variables.TryGetValue(SandboxVariable, out string? shown) || shown != sandbox)
        {
            variables[Variable] = sandbox;
        }
    }

    /// <summary>The sandbox that variables tell of, or null.</summary>
    public static string? SandboxOf(IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return variables.GetValueOrDefault(Variable) ?? variables.GetValueOrDefault(SandboxVariable);
    }

    /// <summary>The sandbox of the container a process belongs to; null where there is none, or the process is somebody else's.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="isUnclear">Whether the process shows no variables at all, as one does while it turns into another program.</param>
    public static string? SandboxOf(int pid, out bool isUnclear)
    {
        ProcessVariables? variables = ProcessVariables.Of(pid);
        isUnclear = variables is { IsEmpty: true };
        return variables?.Find(Variable) ?? variables?.Find(SandboxVariable);
    }
}

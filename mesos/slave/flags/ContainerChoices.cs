namespace Mesos.Slave.Flags;

/// <summary>Which containerizers, launchers and isolators may be chosen: those that are built, and those that change nothing here.</summary>
/// <remarks>Upstream: <c>MesosContainerizer::create</c> in src/slave/containerizer/mesos/containerizer.cpp.</remarks>
internal static class ContainerChoices
{
    /// <summary>The old name of posix/cpu and posix/mem together.</summary>
    private const string OldName = "process";

    // The last three are what the original adds by itself: the file system of the machine, variables that are secrets, and no networks.
    private static readonly HashSet<string> Isolators =
        new(["posix/cpu", "posix/mem", OldName, "filesystem/posix", "environment_secret", "network/cni"], StringComparer.Ordinal);

    public static string? CheckContainerizers(string text) => text switch
    {
        "mesos" => null,
        _ when Split(text).Contains("docker") => "docker is not built; expected mesos",
        _ => "expected mesos",
    };

    public static string? CheckLauncher(string text) => text switch
    {
        "posix" => null,
        "linux" => "linux is not built; expected posix",
        _ => "expected posix",
    };

    public static string? CheckIsolation(string text)
    {
        string[] names = Split(text);
        if (names.FirstOrDefault(static name => !Isolators.Contains(name)) is { } unbuilt)
        {
            return $"the isolator {unbuilt} is not built; expected posix/cpu and posix/mem, which measure and do not limit, " +
                "and besides them filesystem/posix, environment_secret and network/cni";
        }

        return names.GroupBy(static name => name).FirstOrDefault(static same => same.Count() > 1) is { } twice
            ? $"the isolator {twice.Key} is named twice"
            : null;
    }

    public static string? WarnOfIsolation(string text) =>
        Split(text).Contains(OldName) ? $"names the isolator {OldName}, which is deprecated: write posix/cpu,posix/mem" : null;

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

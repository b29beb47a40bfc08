using System.Reflection;

namespace Mesos.Common.Versions;

/// <summary>Where a program came from, as <c>/version</c> and <c>/state</c> tell it.</summary>
/// <param name="Time">When it was built.</param>
/// <param name="User">Who or what built it.</param>
/// <param name="GitSha">The commit it was built from, or null when that is not known.</param>
public sealed record BuildInfo(DateTimeOffset Time, string User, string? GitSha = null)
{
    private const string Builder = "Mesos for .NET";

    /// <summary>The version it reports; that of the wire.</summary>
    public string Version { get; init; } = MesosVersion.Wire;

    /// <summary>
    /// The program that runs. Builds are reproducible and hold no time of their own, so the file's counts; the commit is the one
    /// the compiler noted.
    /// </summary>
    public static BuildInfo OfThisProgram()
    {
        string? version = typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        int plus = version?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        string? program = Environment.ProcessPath;
        DateTimeOffset time = program is not null && File.Exists(program) ? File.GetLastWriteTimeUtc(program) : DateTimeOffset.UnixEpoch;
        return new BuildInfo(time, Builder, plus >= 0 ? version![(plus + 1)..] : null);
    }
}

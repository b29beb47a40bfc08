namespace Mesos.Common.Versions;

/// <summary>Where a program came from, as <c>/version</c> tells it.</summary>
/// <param name="Time">When it was built.</param>
/// <param name="User">Who or what built it.</param>
/// <param name="GitSha">The commit it was built from, or null when that is not known.</param>
public sealed record BuildInfo(DateTimeOffset Time, string User, string? GitSha = null)
{
    /// <summary>The version it reports; that of the wire.</summary>
    public string Version { get; init; } = MesosVersion.Wire;
}

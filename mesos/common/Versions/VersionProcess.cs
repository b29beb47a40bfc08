using System.Globalization;
using System.Text.Json;
using LibProcess.Http;
using LibProcess.Processes;
using Mesos.Common.Protobuf;

namespace Mesos.Common.Versions;

/// <summary>The process <c>version</c>, which tells over HTTP what is running.</summary>
/// <remarks>Upstream: src/version/version.cpp.</remarks>
public sealed class VersionProcess : ProcessBase
{
    private static readonly RouteHelp VersionHelp = new(
        "Tells version and origin of this program.",
        """
        Answers an object with these members:

        >        build_date           When the program was built, as text
        >        build_time           When the program was built, in seconds since 1970
        >        build_user           Who or what built it
        >        git_sha              The commit it was built from, where known
        >        version              The version of Mesos whose protocols it speaks

        Query parameters:

        >        jsonp=VALUE          Wraps the answer into a call of this script function
        """);

    private readonly BuildInfo build;

    /// <summary>Creates the process; spawn it on <paramref name="manager"/>.</summary>
    public VersionProcess(ProcessManager manager, BuildInfo build)
        : base(manager, "version")
    {
        ArgumentNullException.ThrowIfNull(build);
        this.build = build;
    }

    /// <summary>Sees to it that a node tells its version; daemons and drivers that share a node share the process.</summary>
    public static void EnsureOn(ProcessManager manager, BuildInfo? build = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        try
        {
            manager.Spawn(new VersionProcess(manager, build ?? BuildInfo.OfThisProgram()));
        }
        catch (InvalidOperationException)
        {
            // It runs already.
        }
    }

    /// <summary>Writes what <c>/version</c> answers, for other answers that contain it.</summary>
    public static void Write(Utf8JsonWriter writer, BuildInfo build)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(build);
        writer.WriteStartObject();
        writer.WriteString("build_date", build.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        writer.WriteDouble("build_time", Timestamps.ToSeconds(build.Time));
        writer.WriteString("build_user", build.User);
        if (build.GitSha is not null)
        {
            writer.WriteString("git_sha", build.GitSha);
        }

        writer.WriteString("version", build.Version);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void Initialize() => Route("/", VersionHelp, OnVersion);

    private HttpResponse OnVersion(HttpRequest request) =>
        HttpResponse.Json(writer => Write(writer, build), request.Query.GetValueOrDefault("jsonp"));
}

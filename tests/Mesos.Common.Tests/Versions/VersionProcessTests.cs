using System.Text;
using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Versions;

namespace Mesos.Common.Tests.Versions;

public sealed class VersionProcessTests
{
    [Test]
    public void The_answer_has_the_originals_form()
    {
        BuildInfo build = new(new DateTimeOffset(2024, 8, 23, 0, 0, 0, TimeSpan.Zero), "ref", "c1b42f79d");
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, JsonText.WriterOptions))
        {
            VersionProcess.Write(writer, build);
        }

        Assert.That(
            Encoding.UTF8.GetString(stream.ToArray()),
            Is.EqualTo("""{"build_date":"2024-08-23 00:00:00","build_time":1724371200.0,"build_user":"ref","git_sha":"c1b42f79d","version":"1.12.0"}"""));
    }
}

using Mesos.Common;
using Mesos.Slave.Host;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

[TestFixture]
[Platform("Linux")]
internal sealed class DiskSourceTests
{
    private string directory = null!;

    [SetUp]
    public void SetUp() => directory = Directory.CreateTempSubdirectory("disks").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(directory, recursive: true);

    [Test]
    public void The_directory_of_a_path_is_made()
    {
        Assert.That(Prepare("PATH", "path", $"{directory}/absolute/root"), Is.Null);
        Assert.That(Prepare("PATH", "path", "relative/root"), Is.Null);
        Assert.That(Directory.Exists($"{directory}/absolute/root") && Directory.Exists($"{directory}/agent/relative/root"));
    }

    [Test]
    public void A_mounted_file_system_is_found_through_links()
    {
        Assert.That(Prepare("MOUNT", "mount", "/proc"), Is.Null);
        Directory.CreateSymbolicLink($"{directory}/link", "/proc");
        Assert.That(Prepare("MOUNT", "mount", $"{directory}/link"), Is.Null);
    }

    [Test]
    public void A_disk_that_is_not_there_is_named_with_the_flag()
    {
        File.WriteAllText($"{directory}/file", "");
        Assert.That(Prepare("PATH", "path", $"{directory}/file/root"), Does.Contain("--resources").And.Contain($"'{directory}/file/root' cannot be made"));
        Assert.That(Prepare("MOUNT", "mount", $"{directory}/nothing"), Does.Contain("--resources").And.Contain($"There is no directory '{directory}/nothing'"));
        Assert.That(Prepare("MOUNT", "mount", directory), Does.Contain($"No file system is mounted at '{directory}'"));
        Assert.That(Prepare("PATH", "path", ""), Does.Contain("type PATH needs a root"));
        Assert.That(Prepare("RAW", null, ""), Does.Contain("Disks of type RAW come from resource providers"));
        Assert.That(Prepare("BLOCK", null, ""), Does.Contain("Disks of type BLOCK come from resource providers"));
    }

    [Test]
    public void Resources_without_a_source_need_nothing()
    {
        Assert.That(DiskSources.Prepare(Parse("cpus:1;disk:100"), directory, DiskFileSystem.Instance), Is.Null);
    }

    private string? Prepare(string type, string? field, string root)
    {
        string source = field is null ? "" : $$""", "{{field}}": {"root": "{{root}}"}""";
        string disk = $$"""[{"name": "disk", "type": "SCALAR", "scalar": {"value": 100}, "disk": {"source": {"type": "{{type}}"{{source}} } } }]""";
        return DiskSources.Prepare(Parse(disk), $"{directory}/agent", DiskFileSystem.Instance);
    }

    private static Common.Resources Parse(string text)
    {
        Assert.That(ResourceText.TryParse(text, "*", out Common.Resources? resources, out string? error), Is.True, error);
        return resources!;
    }
}

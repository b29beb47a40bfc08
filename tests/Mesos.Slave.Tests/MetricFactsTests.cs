namespace Mesos.Slave.Tests;

/// <summary>Every metric of the original's agent is published under its name, or depends on something that is named here.</summary>
[TestFixture]
internal sealed class MetricFactsTests
{
    private static readonly HashSet<string> NotBuilt = new(StringComparer.Ordinal)
    {
        "DOCKER image provider",
        "docker containerizer",
        "filesystem/linux",
        "disk/xfs",
        "--volume_gid_range",
        "port mapping build and isolator",
        "port mapping build and isolator; declared but never registered",
        "storage resource provider",
        "CSI server (volume/csi isolator)",
    };

    // The real one, which ContainerizerTests ask for it; here is another.
    private const string OfTheContainerizer = "containerizer/mesos/container_destroy_errors";

    [Test]
    public async Task Metrics_have_the_names_of_the_original()
    {
        await using var rig = new SlaveRig();
        await rig.RegisterAsync();
        HashSet<string> published = [.. (await rig.Node.Manager.Metrics.SnapshotAsync()).Select(metric => metric.Key)];
        string[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "facts", "agent-metrics.tsv")).Skip(1).Select(line => line.Split('\t'))];
        string[] expected = [.. rows.Where(row => !NotBuilt.Contains(row[1])).Select(row => row[0])];
        TestContext.Out.WriteLine($"{rows.Length} names of metrics, {expected.Length} published");
        Assert.That(expected.Except(published), Is.EqualTo(new[] { OfTheContainerizer }), "missing");
        Assert.That(rows.Select(row => row[0]).Except(expected).Where(published.Contains), Is.Empty, "there after all");
        Assert.That(NotBuilt.Except(rows.Select(row => row[1])), Is.Empty, "unknown");
    }
}

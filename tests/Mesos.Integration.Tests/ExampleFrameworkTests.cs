namespace Mesos.Integration.Tests;

/// <summary>A framework with an executor of its own: both drivers, master and agent, each a program.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(180_000)]
internal sealed class ExampleFrameworkTests
{
    private static string Examples => Path.Combine(AppContext.BaseDirectory, "mesos-examples");

    private Sandbox sandbox = null!;
    private Cluster cluster = null!;

    [SetUp]
    public async Task SetUp()
    {
        sandbox = new Sandbox();
        cluster = await Cluster.StartAsync(sandbox);
    }

    [TearDown]
    public async Task TearDown()
    {
        await cluster.DisposeAsync();
        sandbox.Dispose();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_test_framework_finishes_all_its_tasks(bool acknowledgesItself)
    {
        KeyValuePair<string, string>[] environment = acknowledgesItself ? [KeyValuePair.Create("MESOS_EXPLICIT_ACKNOWLEDGEMENTS", "1")] : [];
        await using var framework = Program.Start(Examples, environment, "scheduler", $"--master={cluster.Address}");
        Assert.That(await framework.WaitAsync(), Is.Zero, framework.Output + framework.Errors);
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
        Assert.That(sandbox.Processes(), Is.Empty);
    }

    [Test]
    public async Task The_smallest_framework_says_hello()
    {
        await using var framework = Program.Start(Examples, [], "hello", cluster.Address);
        Assert.That(await framework.WaitAsync(), Is.Zero, framework.Output + framework.Errors);
    }
}

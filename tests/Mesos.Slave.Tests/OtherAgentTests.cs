using Mesos.Common.Posix;
using Mesos.Slave.Containerizer;

namespace Mesos.Slave.Tests;

/// <summary>Agents in mount namespaces of their own that see each other's processes, such as in Docker with the host's process ids.</summary>
[TestFixture]
[Platform(Include = "Linux", Reason = "needs namespaces and /proc")]
internal sealed class OtherAgentTests
{
    private readonly ChildProcesses children = new();
    private string directory = null!;
    private string Sandboxes => Path.Combine(directory, "work", "slaves");
    private string Sandbox => Path.Combine(Sandboxes, "run");

    [OneTimeTearDown]
    public void DisposeChildren() => children.Dispose();

    [SetUp]
    public void SetUp()
    {
        directory = Directory.CreateTempSubdirectory("agents").FullName;
        Directory.CreateDirectory(Sandbox);
        Directory.CreateDirectory(Path.Combine(directory, "other", "slaves", "run"));
    }

    [TearDown]
    public void TearDown() => Directory.Delete(directory, recursive: true);

    [Test]
    [CancelAfter(20_000)]
    public async Task Containers_of_an_agent_that_has_another_disk_at_the_same_path_are_left_alone()
    {
        IChild stranger = await StartElsewhereAsync($"mount --bind {directory}/other {directory}/work");
        Assert.That(await children.KillOrphansAsync(Sandboxes, new HashSet<string>(), Task.Delay), Is.Zero);
        Assert.That(children.Adopt(new ForkedProcess(stranger.Pid), Sandbox).Look(), Is.False);
        await children.KillAllAsync(children.Adopt(new ForkedProcess(1, 1), Sandbox), Task.Delay);
        Assert.That(ProcessTable.StartOf(stranger.Pid, butNotDead: true), Is.Not.Null);
        await children.KillAllAsync(stranger, Task.Delay);
        await stranger.Exited;
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_container_in_a_namespace_of_its_own_that_sees_the_same_disk_belongs_to_this_agent()
    {
        IChild own = await StartElsewhereAsync($"mount --bind {directory}/work {directory}/other");
        Assert.That(children.Adopt(new ForkedProcess(own.Pid), Sandbox).Look(), Is.True);
        Assert.That(await children.KillOrphansAsync(Sandboxes, new HashSet<string> { Sandbox }, Task.Delay), Is.Zero);
        Assert.That(await children.KillOrphansAsync(Sandboxes, new HashSet<string>(), Task.Delay), Is.Positive);
        await own.Exited;
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_task_that_sees_no_sandboxes_any_more_still_belongs_to_its_container()
    {
        IChild own = await StartElsewhereAsync($"mount -t tmpfs none {directory}/work");
        Assert.That(await children.KillOrphansAsync(Sandboxes, new HashSet<string>(), Task.Delay), Is.Zero, "whose it is cannot be told by the path alone");
        await children.KillAllAsync(children.Adopt(new ForkedProcess(1, 1), Sandbox), Task.Delay);
        Assert.That(await own.Exited, Is.EqualTo(9));
    }

    private async Task<IChild> StartElsewhereAsync(string mount)
    {
        string begun = Path.Combine(directory, "begun");
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", $"unshare -m true 2> /dev/null && own=-m || own=-rm; exec unshare $own sh -c '{mount} && echo > {begun} && exec sleep 1000' 2> /dev/null"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = Sandbox },
            "/"));
        while (!File.Exists(begun) || !(await File.ReadAllTextAsync($"/proc/{child.Pid}/cmdline")).StartsWith("sleep", StringComparison.Ordinal))
        {
            if (child.Exited.IsCompleted)
            {
                Assert.Ignore("This machine gives no namespaces");
            }

            await Task.Delay(10);
        }

        return child;
    }
}

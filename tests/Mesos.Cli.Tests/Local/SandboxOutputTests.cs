using Mesos.Cli.Local;
using Mesos.Proto;

namespace Mesos.Cli.Tests.Local;

[TestFixture]
[CancelAfter(30_000)]
internal sealed class SandboxOutputTests
{
    private WorkDirectory directory = null!;
    private StringWriter output = null!;

    [SetUp]
    public void SetUp() => (directory, output) = (new WorkDirectory(null), new StringWriter());

    [TearDown]
    public void TearDown() => directory.Dispose();

    [Test]
    public async Task What_is_written_until_the_end_is_copied()
    {
        TaskCompletionSource ended = new();
        var file = Path.Combine(directory.Path, "stdout");
        await File.WriteAllTextAsync(file, "one\n");
        using SandboxOutput sandbox = new(directory.Path, output, TimeProvider.System);
        var copying = sandbox.FollowAsync(Task.FromResult<string?>(directory.Path), ended.Task);
        await File.AppendAllTextAsync(file, "two ä");
        ended.SetResult();
        await copying;
        Assert.That(output.ToString(), Is.EqualTo("one\ntwo ä"));
    }

    [Test]
    public async Task A_task_that_never_ran_printed_nothing()
    {
        using SandboxOutput sandbox = new(directory.Path, output, TimeProvider.System);
        await sandbox.FollowAsync(new TaskCompletionSource<string?>().Task, Task.CompletedTask);
        Assert.That(output.ToString(), Is.Empty);
    }

    [Test]
    public void The_sandbox_is_found_on_whichever_agent_it_is()
    {
        TaskStatus status = new()
        {
            TaskId = new TaskID { Value = "t" },
            SlaveId = new SlaveID { Value = "S1" },
            ContainerStatus = new ContainerStatus { ContainerId = new ContainerID { Value = "c" } },
        };
        FrameworkID framework = new() { Value = "F" };
        Directory.CreateDirectory(Path.Combine(directory.Path, "agents", "0", "work"));
        using SandboxOutput sandbox = new(directory.Path, output, TimeProvider.System);
        Assert.That(sandbox.Find(framework, status), Is.Null);
        var expected = Path.Combine(directory.Path, "agents", "1", "work", "slaves", "S1", "frameworks", "F", "executors", "t", "runs", "c");
        Directory.CreateDirectory(expected);
        Assert.That(sandbox.Find(framework, status), Is.EqualTo(expected));
    }

    [Test]
    public void A_temporary_directory_disappears_and_a_named_one_stays()
    {
        string temporary;
        using (WorkDirectory made = new(null))
        {
            temporary = made.Path;
            Assert.That(Directory.Exists(temporary), Is.True);
        }

        Assert.That(Directory.Exists(temporary), Is.False);
        using (WorkDirectory named = new(directory.Path))
        {
            Assert.That(named.Path, Is.EqualTo(directory.Path));
        }

        Assert.That(Directory.Exists(directory.Path), Is.True);
    }
}

using Mesos.Slave.Containerizer;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Tests;

[TestFixture]
[Platform(Include = "Linux", Reason = "needs a POSIX shell and /proc")]
internal sealed class ChildProcessesTests
{
    private readonly ChildProcesses children = new();

    [Test]
    [CancelAfter(20_000)]
    public async Task The_status_of_a_child_is_that_of_wait()
    {
        Assert.That(await Start("exit 3").Exited, Is.EqualTo(3 << 8));
        Assert.That(await Start("kill -9 $$").Exited, Is.EqualTo(9));
    }

    [Test]
    public void A_program_that_is_not_there_is_an_error()
    {
        Assert.That(
            () => children.Start(new ChildStart("/no/such/program", [], new Dictionary<string, string>(), "/")),
            Throws.TypeOf<IOException>().With.Message.Contains("/no/such/program"));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Killing_a_session_kills_all_its_processes()
    {
        string file = Path.GetTempFileName();
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", $"exec setsid -w sh -c 'sleep 1000 & echo $! > {file}; wait'"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath },
            "/"));
        string job;
        while ((job = (await File.ReadAllTextAsync(file)).Trim()).Length == 0)
        {
            await Task.Delay(10);
        }

        ProcessEntry entry = ProcessTable.Parse(await File.ReadAllTextAsync($"/proc/{job}/stat"))!.Value;
        Assert.That(ProcessTable.OfSession(entry.Session), Has.Count.GreaterThanOrEqualTo(2));
        children.KillSession(new Leader(entry.Session));
        await child.Exited;
        Assert.That(ProcessTable.OfSession(entry.Session), Is.Empty);
        File.Delete(file);
    }

    [Test]
    public void A_line_of_the_process_table_is_read_whatever_the_program_calls_itself()
    {
        const string Stat = "7 (a) b (c) S 1 5 6 0 -1 4194304 90 0 0 0 11 12 0 0 20 0 1 0 100 1000 33 18446744073709551615 1 1";
        Assert.That(ProcessTable.Parse(Stat), Is.EqualTo(new ProcessEntry(7, 5, 6, false, 11, 12, 33)));
        Assert.That(ProcessTable.Parse("nonsense"), Is.Null);
        Assert.That(ProcessTable.Parse("7 (a) S 1"), Is.Null);
    }

    private IChild Start(string command) => children.Start(
        new ChildStart("/bin/sh", ["-c", command], new Dictionary<string, string>(), "/"));

    private sealed record Leader(int Pid) : IChild
    {
        public Task<int> Exited => Task.FromResult(0);
    }
}

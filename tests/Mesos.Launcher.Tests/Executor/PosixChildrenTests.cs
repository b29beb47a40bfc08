using Mesos.Common.Posix;
using Mesos.Launcher.Executor;
using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Tests.Executor;

[TestFixture]
[Platform(Exclude = "Win")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[CancelAfter(30_000)]
internal sealed class PosixChildrenTests
{
    private string directory = null!;
    private PosixChildren children = null!;

    [SetUp]
    public void SetUp()
    {
        directory = Directory.CreateTempSubdirectory("children-").FullName;
        children = new PosixChildren(adoptsOrphans: false);
    }

    [TearDown]
    public void TearDown()
    {
        children.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [TestCase("exit 0", "exited with status 0")]
    [TestCase("exit 37", "exited with status 37")]
    [TestCase("kill -9 $$", "terminated with signal Killed")]
    public async Task The_end_of_a_child_is_told(string script, string end) =>
        Assert.That((await Start(script).Exited).ToString(), Is.EqualTo(end));

    [Test]
    public async Task Many_children_are_told_apart()
    {
        var started = Enumerable.Range(0, 20).Select(code => Start($"exit {code}")).ToArray();
        var ends = await Task.WhenAll(started.Select(child => child.Exited));
        Assert.That(ends.Select(end => end!.Value.ExitCode), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public async Task A_child_sees_its_environment_and_nothing_else()
    {
        await Start($"env > {directory}/env", ("GREETING", "a b=c")).Exited;
        var lines = await File.ReadAllLinesAsync($"{directory}/env");
        Assert.That(lines, Does.Contain("GREETING=a b=c"));
        Assert.That(lines.Where(line => line.StartsWith("DOTNET", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    [Platform("Linux")]
    public async Task A_child_leads_a_session_of_its_own_and_is_told_of_broken_pipes()
    {
        var child = Start($"cat /proc/self/stat > {directory}/stat; grep SigIgn /proc/self/status > {directory}/ignored");
        await child.Exited;
        Assert.That(ProcessTable.Parse(await File.ReadAllTextAsync($"{directory}/stat"))!.Value.Session, Is.EqualTo(child.Pid));
        var ignored = Convert.ToUInt64((await File.ReadAllTextAsync($"{directory}/ignored")).Split(':')[1].Trim(), 16);
        Assert.That(ignored & (1UL << (LibC.SIGPIPE - 1)), Is.Zero);
    }

    [Test]
    [Platform("Linux")]
    public async Task A_signal_reaches_grandchildren_and_orphans_too()
    {
        using FileSystemWatcher watcher = new(directory);
        var pidFile = Path.Combine(directory, "pid");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, _) => ready.TrySetResult();
        watcher.EnableRaisingEvents = true;

        // The inner shell ends at once and leaves an orphan in the session.
        var child = Start($"sh -c 'sleep 600 & echo $! > {directory}/draft; mv {directory}/draft {pidFile}'; sleep 600");
        await ready.Task;
        var orphan = int.Parse(await File.ReadAllTextAsync(pidFile), System.Globalization.CultureInfo.InvariantCulture);
        await child.KillAsync(Task.Delay);
        Assert.That((await child.Exited)!.Value.Signal, Is.EqualTo(LibC.SIGKILL));
        Assert.That(() => ProcessTable.Read().Any(process => process.Pid == orphan && process.Session == child.Pid), Is.False.After(10_000, 20));
    }

    [Test]
    public void A_program_that_does_not_exist_is_told_at_once()
    {
        ChildCommand command = new("no-such-program", ["no-such-program"], new Dictionary<string, string>());
        Assert.That(() => children.Start(command), Throws.TypeOf<ChildStartException>().With.Message.Contains("no-such-program"));
    }

    [Test]
    public async Task A_script_that_names_no_interpreter_is_run_by_the_shell()
    {
        var script = Path.Combine(directory, "script");
        await File.WriteAllTextAsync(script, $"echo $0 $1 > {directory}/said\nexit 5\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var child = children.Start(new ChildCommand(script, ["name", "a b"], new Dictionary<string, string>()));
        Assert.That((await child.Exited)!.Value.ExitCode, Is.EqualTo(5));
        Assert.That(await File.ReadAllTextAsync($"{directory}/said"), Is.EqualTo($"{script} a b\n"));
    }

    [Test]
    public async Task A_program_that_is_not_on_the_path_is_not_taken_from_where_the_executor_works()
    {
        var name = "only-here-" + Path.GetFileName(directory);
        await File.WriteAllTextAsync(name, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(name, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        ChildCommand command = new(name, [name], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" });
        Assert.That(() => children.Start(command), Throws.TypeOf<ChildStartException>().With.Message.Contains("No such file"));
        File.Delete(name);
    }

    [Test]
    [Platform("Linux")]
    public async Task A_child_that_is_stopped_hears_of_its_end()
    {
        var child = Start("trap 'exit 7' TERM; kill -STOP $$; sleep 600 & wait");
        Assert.That(() => File.ReadAllText($"/proc/{child.Pid}/stat"), Does.Contain(") T ").After(10_000, 10));
        child.Signal(LibC.SIGTERM);
        Assert.That((await child.Exited)!.Value.ExitCode, Is.EqualTo(7));
        await child.KillAsync(Task.Delay);
    }

    private IChild Start(string script, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;
        return children.Start(new ChildCommand("sh", ["sh", "-c", script], environment));
    }
}

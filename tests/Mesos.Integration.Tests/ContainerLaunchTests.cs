namespace Mesos.Integration.Tests;

/// <summary>The helper that becomes a program.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(60_000)]
internal sealed class ContainerLaunchTests
{
    private Sandbox sandbox = null!;

    [SetUp]
    public void SetUp() => sandbox = new Sandbox();

    [TearDown]
    public void TearDown() => sandbox.Dispose();

    [Test]
    public async Task The_program_runs_in_its_directory_and_session_under_the_same_process_id()
    {
        var (code, output, errors) = await LaunchAsync(
            $"--directory={sandbox.Path}", $"--stdout={sandbox.File("out")}", $"--stderr={sandbox.File("err")}",
            "--", "sh", "-c", "pwd; echo $(cut -d' ' -f6 /proc/self/stat) $$; cat; echo trouble >&2; exit 9");
        Assert.That((code, output, errors), Is.EqualTo((9, "", "")));
        var lines = await File.ReadAllLinesAsync(sandbox.File("out"));
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines[0], Is.EqualTo(sandbox.Path));
        Assert.That(lines[1].Split(' ').Distinct().Count(), Is.EqualTo(1), "the program leads its session");
        Assert.That(await File.ReadAllTextAsync(sandbox.File("err")), Is.EqualTo("trouble\n"));
    }

    [Test]
    public async Task Output_is_appended()
    {
        await LaunchAsync($"--stdout={sandbox.File("out")}", "--", "echo", "one");
        await LaunchAsync($"--stdout={sandbox.File("out")}", "--", "echo", "two");
        Assert.That(await File.ReadAllTextAsync(sandbox.File("out")), Is.EqualTo("one\ntwo\n"));
    }

    [Test]
    public async Task A_program_that_does_not_exist_is_127()
    {
        var (code, _, errors) = await LaunchAsync("--", "no-such-program");
        Assert.That(code, Is.EqualTo(127));
        Assert.That(errors, Does.Contain("no-such-program"));
    }

    [Test]
    public async Task What_goes_wrong_once_the_files_are_open_is_told_there()
    {
        var (code, output, errors) = await LaunchAsync($"--stderr={sandbox.File("err")}", "--", "no-such-program");
        Assert.That((code, output, errors), Is.EqualTo((127, "", "")));
        Assert.That(await File.ReadAllTextAsync(sandbox.File("err")), Does.StartWith("Cannot execute 'no-such-program'"));
    }

    [Test]
    public async Task A_file_that_is_no_program_is_126()
    {
        await File.WriteAllTextAsync(sandbox.File("text"), "text");
        var (code, _, errors) = await LaunchAsync("--", sandbox.File("text"));
        Assert.That(code, Is.EqualTo(126));
        Assert.That(errors, Does.Contain("text"));
    }

    [Test]
    public async Task Of_the_environment_the_program_gets_what_is_carried_for_it_and_nothing_else()
    {
        await using var launch = Program.Start(
            Program.Path,
            [KeyValuePair.Create("CARRIED_LD_PRELOAD", "/no/such/library.so"), KeyValuePair.Create("CARRIED_PATH", "/usr/bin:/bin"), KeyValuePair.Create("OWN", "1")],
            "containerizer", "launch", "--environment_prefix=CARRIED_", "--", "cat", "/proc/self/environ");
        Assert.That(await launch.WaitAsync(), Is.Zero);
        Assert.That(launch.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(new[] { "LD_PRELOAD=/no/such/library.so", "PATH=/usr/bin:/bin" }));
        Assert.That(launch.Errors, Does.Contain("/no/such/library.so").And.Not.Contain("mesos"), "the loader complains once, for the program");
    }

    [Test]
    [Category("Smoke")]
    public async Task A_program_that_is_this_one_goes_on_in_place_without_another_start()
    {
        if (!Program.IsNative)
        {
            Assert.Ignore("Only what is compiled ahead of time can let go of the standard streams of its caller");
        }

        // The loader complains of the library at every start of a program.
        await using var launch = Program.Start(
            Program.Path,
            [KeyValuePair.Create("LD_PRELOAD", "/no/such/library.so")],
            "containerizer", "launch", $"--stdout={sandbox.File("out")}", $"--stderr={sandbox.File("err")}", "--", Program.Path, "version");
        Assert.That((await launch.WaitAsync(), launch.Errors.Split("/no/such/library.so").Length), Is.EqualTo((0, 2)), launch.Errors);
        Assert.That(await File.ReadAllTextAsync(sandbox.File("out")), Is.Not.Empty);
        Assert.That(await File.ReadAllTextAsync(sandbox.File("err")), Is.Empty);
    }

    [Test]
    public async Task A_program_that_is_this_one_is_found_through_links_and_by_the_name_of_the_link()
    {
        File.CreateSymbolicLink(sandbox.File("mesos-executor"), Program.Path);
        var (code, output, errors) = await LaunchAsync("--", sandbox.File("mesos-executor"), "--help");
        Assert.That((code, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("mesos executor"));
    }

    [Test]
    public async Task A_script_that_names_no_interpreter_is_run_by_the_shell()
    {
        await File.WriteAllTextAsync(sandbox.File("script"), "echo $0 $1; exit 5");
        MakeExecutable("script");
        var (code, output, _) = await LaunchAsync("--", sandbox.File("script"), "a b");
        Assert.That((code, output), Is.EqualTo((5, $"{sandbox.File("script")} a b")));
    }

    [Test]
    public async Task A_program_in_the_directory_comes_before_those_on_the_path()
    {
        await File.WriteAllTextAsync(sandbox.File("echo"), "#!/bin/sh\nexit 5\n");
        MakeExecutable("echo");
        var (here, _, _) = await LaunchAsync($"--directory={sandbox.Path}", "--", "echo");
        var (elsewhere, _, _) = await LaunchAsync("--", "echo");
        Assert.That((here, elsewhere), Is.EqualTo((5, 0)));
    }

    [Test]
    public async Task What_a_framework_calls_its_program_is_never_read_as_a_file()
    {
        await File.WriteAllTextAsync(sandbox.File("secret"), "hunter2");
        var (code, output, errors) = await LaunchAsync($"--program=file://{sandbox.File("secret")}", "--", "name");
        Assert.That((code, output), Is.EqualTo((127, "")));
        Assert.That(errors, Does.Contain("file://").And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task A_program_may_go_by_another_name()
    {
        var (code, output, _) = await LaunchAsync("--program=/bin/sh", "--", "another-name", "-c", "echo $0; tr '\\0' ' ' < /proc/$$/cmdline");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.StartWith("another-name\nanother-name -c"));
    }

    [TestCase("link")]
    [TestCase("hard link")]
    public async Task Output_of_another_user_does_not_follow_a_link_to_what_that_user_may_not_write(string kind)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root may start programs as somebody else");
            return;
        }

        var directory = Directory.CreateDirectory(sandbox.File("run")).FullName;
        await File.WriteAllTextAsync(sandbox.File("secret"), "kept\n");
        var (code, _, _) = await ShellAsync($"chown nobody {directory}; ln {(kind == "link" ? "-s" : "")} {sandbox.File("secret")} {directory}/stdout");
        Assert.That(code, Is.Zero);
        (code, _, var errors) = await LaunchAsync("--user=nobody", $"--directory={directory}", $"--stdout={directory}/stdout", $"--stderr={directory}/stderr", "--", "echo", "planted");
        Assert.That((code, errors), Is.EqualTo((1, $"Cannot open '{directory}/stdout': Permission denied")));
        Assert.That(await File.ReadAllTextAsync(sandbox.File("secret")), Is.EqualTo("kept\n"));
        Assert.That((await ShellAsync($"stat -c %u {sandbox.File("secret")}")).Output, Is.EqualTo("0"), "and it still belongs to root");
    }

    [Test]
    public async Task Output_of_another_user_belongs_to_that_user()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root may start programs as somebody else");
            return;
        }

        // Nobody can reach the directory from the root: those above are the agent's alone.
        var directory = Directory.CreateDirectory(sandbox.File("run")).FullName;
        await ShellAsync($"chmod 700 {sandbox.Path}; chown nobody {directory}");
        var (code, output, errors) = await LaunchAsync(
            "--user=nobody", $"--directory={directory}", $"--stdout={directory}/stdout", $"--stderr={directory}/stderr", "--", "sh", "-c", "id -un; id -Gn; stat -c %U:%G stdout");
        Assert.That((code, output, errors), Is.EqualTo((0, "", "")));
        Assert.That(await File.ReadAllTextAsync($"{directory}/stdout"), Is.EqualTo("nobody\nnogroup\nnobody:nogroup\n"));
    }

    [TestCase("--directory=/no/such/directory")]
    [TestCase("--stdout=/no/such/file")]
    [TestCase("--user=no-such-user")]
    public async Task What_cannot_be_prepared_is_told(string flag)
    {
        var (code, _, errors) = await LaunchAsync(flag, "--", "echo");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(errors, Does.Contain(flag[(flag.IndexOf('=', StringComparison.Ordinal) + 1)..]));
    }

    private void MakeExecutable(string name)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(sandbox.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> ShellAsync(string script)
    {
        await using var shell = Program.Start("/bin/sh", [], "-c", script);
        return (await shell.WaitAsync(), shell.Output, shell.Errors);
    }

    private static Task<(int Code, string Output, string Errors)> LaunchAsync(params string[] arguments) =>
        Program.RunAsync(["containerizer", "launch", .. arguments]);
}

namespace Mesos.Integration.Tests;

/// <summary>A whole cluster in one program, for one command.</summary>
[TestFixture]
[Platform("Linux")]
[Category("Smoke")]
[CancelAfter(120_000)]
internal sealed class LocalExecuteTests
{
    private Sandbox sandbox = null!;

    [SetUp]
    public void SetUp() => sandbox = new Sandbox();

    [TearDown]
    public void TearDown() => sandbox.Dispose();

    [Test]
    public async Task It_tells_every_state_and_prints_what_the_command_prints()
    {
        var (code, output, errors) = await LocalAsync("echo hello from $MESOS_SANDBOX");
        Assert.That(errors, Is.Empty);
        Assert.That(output, Does.Match(@"TASK_STARTING for task '.*'[\s\S]*TASK_RUNNING for task '.*'[\s\S]*TASK_FINISHED for task '.*'"));
        Assert.That(output, Does.Match($"(?m)^hello from {sandbox.Path}/.*/runs/[-0-9a-f]+$"));
        Assert.That(output, Does.Contain("message: 'Command exited with status 0'"));
        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task It_exits_as_the_command_does()
    {
        var (code, output, _) = await LocalAsync("echo before; exit 3");
        Assert.That(output, Does.Contain("TASK_FAILED").And.Contain("Command exited with status 3").And.Match("(?m)^before$"));
        Assert.That(code, Is.EqualTo(3));
    }

    [Test]
    public async Task Neither_processes_nor_files_are_left_behind()
    {
        await LocalAsync("sleep 600 & (setsid sleep 600 &) ; echo started");
        Assert.That(sandbox.Processes(), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(sandbox.Path), Is.Empty);
    }

    [Test]
    public async Task Output_is_printed_while_the_command_runs()
    {
        await using var program = Program.Start(Program.Path, sandbox.Environment, "local", $"--execute=echo first; while [ ! -e {sandbox.File("go")} ]; do sleep 0.05; done; echo second");
        await program.ExpectAsync("^first$");
        await File.WriteAllTextAsync(sandbox.File("go"), "");
        await program.ExpectAsync("^second$");
        Assert.That(await program.WaitAsync(), Is.Zero);
        File.Delete(sandbox.File("go"));
    }

    [Test]
    public async Task A_signal_ends_the_command_and_the_cluster()
    {
        await using var program = Program.Start(Program.Path, sandbox.Environment, "local", "--execute=sleep 600");
        await program.ExpectAsync("TASK_RUNNING");
        program.Terminate();
        Assert.That(await program.WaitAsync(), Is.EqualTo(1));
        Assert.That(program.Errors, Does.Contain("Stopped before the command ended"));
        Assert.That(sandbox.Processes(), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(sandbox.Path), Is.Empty);
    }

    [Test]
    public async Task Without_a_command_it_stays_until_it_is_told_to_end()
    {
        await using var program = Program.Start(Program.Path, sandbox.Environment, "local", "--num_slaves=2");
        var master = (await program.ExpectAsync(@"^Master .* listens on (http://127\.0\.0\.1:\d+)")).Groups[1].Value;
        await program.ExpectAsync(@"^Agent slave\(1\)@127\.0\.0\.1:\d+");
        await program.ExpectAsync(@"^Agent slave\(1\)@127\.0\.0\.1:\d+");
        using HttpClient client = new();
        Assert.That((await client.GetAsync(new Uri(master + "/health"))).IsSuccessStatusCode, Is.True);
        program.Terminate();
        Assert.That(await program.WaitAsync(), Is.Zero);
        Assert.That(Directory.EnumerateFileSystemEntries(sandbox.Path), Is.Empty);
    }

    private async Task<(int Code, string Output, string Errors)> LocalAsync(string command)
    {
        await using var program = Program.Start(Program.Path, sandbox.Environment, "local", $"--execute={command}");
        return (await program.WaitAsync(), program.Output, program.Errors);
    }
}

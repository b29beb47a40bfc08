namespace Mesos.Integration.Tests;

/// <summary>Master, agent, scheduler and executor as four programs that meet on the wire.</summary>
[TestFixture]
[Platform("Linux")]
[Category("Smoke")]
[CancelAfter(180_000)]
internal sealed class FourProcessesTests
{
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

    [Test]
    public async Task A_command_runs_to_its_end_and_everything_stops_when_told()
    {
        var file = sandbox.File("made");
        var (code, output, errors) = await ExecuteAsync("--name=maker", "--command=echo $NAME > " + file, "--env={\"NAME\": \"a task\"}");
        Assert.That(output, Does.Match("TASK_STARTING[\\s\\S]*TASK_RUNNING[\\s\\S]*TASK_FINISHED"));
        Assert.That(code, Is.Zero, errors);
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo("a task\n"));
        Assert.That(await cluster.StopAsync(), Is.EqualTo((0, 0)));
        Assert.That(sandbox.Processes(), Is.Empty);
    }

    [Test]
    public async Task A_program_without_a_shell_gets_its_arguments_as_they_are()
    {
        var file = sandbox.File("a b");
        var (code, _, _) = await ExecuteAsync("--name=toucher", "--no-shell", "--command=touch", "--", file);
        Assert.That(code, Is.Zero);
        Assert.That(File.Exists(file), Is.True);
    }

    [Test]
    public async Task A_command_that_fails_fails_the_program()
    {
        var (code, output, _) = await ExecuteAsync("--name=failer", "--command=exit 7");
        Assert.That(output, Does.Contain("TASK_FAILED").And.Contain("Command exited with status 7"));
        Assert.That(code, Is.EqualTo(7));
    }

    [Test]
    public async Task A_command_can_be_killed_after_a_while()
    {
        var (code, output, _) = await ExecuteAsync("--name=sleeper", "--command=sleep 600", "--kill_after=100ms");
        Assert.That(output, Does.Match("TASK_RUNNING[\\s\\S]*TASK_KILLING[\\s\\S]*TASK_KILLED"));
        Assert.That(output, Does.Contain("Command terminated with signal Terminated"));
        Assert.That(code, Is.EqualTo(1));
    }

    [Test]
    public async Task A_task_that_asks_for_what_is_not_built_is_told_so()
    {
        var (code, output, _) = await ExecuteAsync(
            """--task={"name": "checked", "task_id": {"value": "checked"}, "resources": [{"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.1}}, {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}}], "command": {"value": "sleep 600"}, "health_check": {"type": "COMMAND", "command": {"value": "true"}}}""");
        Assert.That(output, Does.Match("TASK_(ERROR|FAILED)").And.Contain("health check"));
        Assert.That(code, Is.EqualTo(1));
    }

    [Test]
    public async Task An_agent_that_is_told_to_end_takes_its_tasks_along()
    {
        await using var scheduler = await StartSleeperAsync();
        cluster.Agent.Terminate();
        Assert.That(await cluster.Agent.WaitAsync(), Is.Zero);
        Assert.That(Sleepers(), Is.Empty);
    }

    [Test]
    public async Task An_agent_that_dies_takes_its_tasks_along()
    {
        await using var scheduler = await StartSleeperAsync();
        cluster.Agent.Kill();
        await cluster.Agent.WaitAsync();
        Assert.That(Sleepers, Is.Empty.After(30_000, 50), "executors notice that their agent is gone");
    }

    private async Task<Program> StartSleeperAsync()
    {
        var scheduler = Program.Start("execute", $"--master={cluster.Address}", "--name=sleeper", "--command=sleep 600");
        await scheduler.ExpectAsync("TASK_RUNNING");
        Assert.That(Sleepers(), Is.Not.Empty);
        return scheduler;
    }

    private IEnumerable<string> Sleepers() => sandbox.Processes().Where(process => process.Contains("sleep 600", StringComparison.Ordinal));

    private async Task<(int Code, string Output, string Errors)> ExecuteAsync(params string[] arguments) =>
        await Program.RunAsync(["execute", $"--master={cluster.Address}", "--resources=cpus:0.1;mem:32", .. arguments]);
}

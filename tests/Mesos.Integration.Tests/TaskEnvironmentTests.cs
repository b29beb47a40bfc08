namespace Mesos.Integration.Tests;

/// <summary>What a task and its executor find in their environment, with real processes.</summary>
[TestFixture]
[Platform("Linux")]
[CancelAfter(120_000)]
internal sealed class TaskEnvironmentTests
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
    public async Task A_task_that_plants_hooks_and_libraries_does_not_steer_the_start_of_its_executor()
    {
        // A start-up hook that cannot be loaded ends any program of .NET that sees it; the library is one that nobody loads unasked.
        var library = Directory.EnumerateFiles("/lib", "libBrokenLocale.so.1", SearchOption.AllDirectories).FirstOrDefault() ?? sandbox.File("none.so");
        var environment = $$"""{"LD_PRELOAD": "{{library}}", "LD_LIBRARY_PATH": "{{sandbox.Path}}", "GLIBC_TUNABLES": "glibc.malloc.check=3", "DOTNET_STARTUP_HOOKS": "{{sandbox.File("evil.dll")}}", "DOTNET_gcServer": "1", "COMPlus_gcServer": "1", "DOTNET_EnableDiagnostics": "1", "CORECLR_ENABLE_PROFILING": "1", "CORECLR_PROFILER_PATH": "{{sandbox.File("evil.so")}}", "MESOS_SLAVE_PID": "nobody", "LIBPROCESS_PORT": "none", "PATH": "/usr/bin:/bin"}""";
        var (code, output, errors) = await ExecuteAsync(
            $"--env={environment}",
            $"--command=tr '\\0' '\\n' < /proc/$PPID/environ > {sandbox.File("executor")}; cp /proc/$PPID/maps {sandbox.File("maps")}; tr '\\0' '\\n' < /proc/self/environ > {sandbox.File("task")}");
        Assert.That(code, Is.Zero, output + errors);
        var executor = await File.ReadAllLinesAsync(sandbox.File("executor"));
        Assert.That(executor, Has.None.Contains(sandbox.File("evil")).And.None.Contains("GLIBC").And.None.Contains("COMPlus").And.None.Contains("LD_"));
        Assert.That(await File.ReadAllTextAsync(sandbox.File("maps")), Does.Not.Contain("libBrokenLocale"));
        var task = await File.ReadAllLinesAsync(sandbox.File("task"));
        Assert.That(task, Has.One.EqualTo("LD_PRELOAD=" + library).And.One.EqualTo("DOTNET_STARTUP_HOOKS=" + sandbox.File("evil.dll")).And.One.EqualTo("MESOS_SLAVE_PID=nobody").And.One.EqualTo("DOTNET_gcServer=1"));
    }

    [Test]
    public async Task An_executor_finds_the_variables_that_are_listed_and_no_others()
    {
        var (code, output, errors) = await ExecuteAsync("--checkpoint", $"--command=tr '\\0' '\\n' < /proc/$PPID/environ > {sandbox.File("executor")}");
        Assert.That(code, Is.Zero, output + errors);
        var variables = (await File.ReadAllLinesAsync(sandbox.File("executor"))).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        variables.Remove("DOTNET_ROOT"); // Only where the program is not compiled ahead of time.
        Assert.That(variables.Keys, Is.EquivalentTo(new[]
        {
            "LIBPROCESS_IP", "LIBPROCESS_PORT", "MESOS_FRAMEWORK_ID", "MESOS_EXECUTOR_ID", "MESOS_DIRECTORY", "MESOS_SLAVE_ID", "MESOS_SLAVE_PID",
            "MESOS_AGENT_ENDPOINT", "MESOS_CHECKPOINT", "MESOS_HTTP_COMMAND_EXECUTOR", "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD",
            "MESOS_RECOVERY_TIMEOUT", "MESOS_SUBSCRIPTION_BACKOFF_MAX", "MESOS_SANDBOX", "PATH",
        }));
        Assert.That((variables["LIBPROCESS_PORT"], variables["MESOS_CHECKPOINT"], variables["MESOS_RECOVERY_TIMEOUT"], variables["MESOS_EXECUTOR_ID"]), Is.EqualTo(("0", "1", "15mins", "probe")));
    }

    [Test]
    public async Task A_task_that_is_given_another_sandbox_does_not_outlive_an_executor_that_is_killed()
    {
        await using var execute = Program.Start(
            "execute", $"--master={cluster.Address}", "--name=probe", "--resources=cpus:0.1;mem:32", """--env={"MESOS_SANDBOX": "/another"}""",
            $"--command=sleep 1000 & echo $! $PPID > {sandbox.File("draft")}; mv {sandbox.File("draft")} {sandbox.File("pids")}; wait");
        Assert.That(() => File.Exists(sandbox.File("pids")), Is.True.After(30_000, 20));
        var pids = (await File.ReadAllTextAsync(sandbox.File("pids"))).Split(' ').Select(int.Parse).ToArray();
        Assert.That(Living(), Is.Not.Empty);
        Program.KillProcess(pids[1]);
        Assert.That(await execute.WaitAsync(), Is.Not.Zero);
        Assert.That(Living, Is.Empty.After(20_000, 50), "nothing of the task goes on");

        IEnumerable<string> Living() => sandbox.Processes().Where(process => process.StartsWith($"{pids[0]}:", StringComparison.Ordinal));
    }

    [Test]
    public async Task A_task_of_another_user_runs_as_that_user_with_every_thread_of_its_executor()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root may start programs as somebody else");
            return;
        }

        const string Command = "id -un > task; grep -h ^Uid /proc/$PPID/task/*/status > threads; cat /proc/$PPID/environ > executor";
        var (code, output, errors) = await ExecuteTaskAsync($$"""{"value": "{{Command}}", "user": "nobody"}""");
        Assert.That(code, Is.Zero, output + errors);
        var directory = Path.GetDirectoryName(Directory.EnumerateFiles(sandbox.File("agent/slaves"), "threads", SearchOption.AllDirectories).First())!;
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "task")), Is.EqualTo("nobody\n"));
        var threads = await File.ReadAllLinesAsync(Path.Combine(directory, "threads"));
        Assert.That(threads, Has.Length.GreaterThan(1));
        Assert.That(threads.Distinct().Single().Split('\t')[1..].Distinct().Count(), Is.EqualTo(1), "real, effective, saved and for files");
        Assert.That(threads[0], Does.Not.Contain("\t0"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "executor")), Does.Contain("MESOS_SLAVE_ID="), "it is not hidden from its user");
    }

    [Test]
    public async Task A_secret_reaches_the_task_and_nobody_else_can_read_it()
    {
        var command = $"echo $PASSWORD > {sandbox.File("task")}; cat /proc/$PPID/cmdline /proc/$PPID/environ > {sandbox.File("executor")}";
        const string Variables = """{"variables": [{"name": "PASSWORD", "type": "SECRET", "secret": {"type": "VALUE", "value": {"data": "czNjcmV0"}}}]}""";
        var (code, output, errors) = await ExecuteTaskAsync($$"""{"value": "{{command}}", "environment": {{Variables}}}""");
        Assert.That(code, Is.Zero, output + errors);
        Assert.That(await File.ReadAllTextAsync(sandbox.File("task")), Is.EqualTo("s3cret\n"));
        Assert.That(await File.ReadAllTextAsync(sandbox.File("executor")), Does.Not.Contain("s3cret"));
    }

    private Task<(int Code, string Output, string Errors)> ExecuteTaskAsync(string command)
    {
        const string Resources = """[{"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.1}}, {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}}]""";
        var task = $$"""{"name": "probe", "task_id": {"value": "probe"}, "resources": {{Resources}}, "command": {{command}}}""";
        return Program.RunAsync("execute", $"--master={cluster.Address}", "--task=" + task);
    }

    private Task<(int Code, string Output, string Errors)> ExecuteAsync(params string[] arguments) =>
        Program.RunAsync(["execute", $"--master={cluster.Address}", "--name=probe", "--resources=cpus:0.1;mem:32", .. arguments]);
}

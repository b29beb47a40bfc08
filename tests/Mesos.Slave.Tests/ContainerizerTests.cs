using LibProcess.Futures;
using LibProcess.Testing;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Posix;
using Variable = Mesos.Proto.Environment.Types.Variable;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class ContainerizerTests
{
    private string directory = null!;
    private TestNode node = null!;
    private FakeChildren children = null!;
    private FakeAccounts accounts = null!;
    private PosixContainerizerProcess containerizer = null!;

    [SetUp]
    public void SetUp()
    {
        directory = Directory.CreateTempSubdirectory("containerizer-tests").FullName;
        node = new TestNode();
        children = new FakeChildren();
        accounts = new FakeAccounts();
        containerizer = node.Spawn(new PosixContainerizerProcess(
            node.Manager,
            new MesosProgram("/opt/mesos/bin/mesos", directory),
            children,
            accounts,
            new Dictionary<string, string> { ["ROOT"] = "/dotnet" },
            directory));
    }

    [TearDown]
    public async Task TearDown()
    {
        await node.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task A_shell_command_is_started_through_the_launch_helper_in_its_sandbox()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "echo $A" }));
        ChildStart start = children.Started.Single();
        Assert.That(start.Program, Is.EqualTo("/opt/mesos/bin/mesos"));
        Assert.That(start.Arguments, Is.EqualTo(new[]
        {
            "containerizer", "launch", "--directory=/sandbox", "--stdout=/sandbox/stdout", "--stderr=/sandbox/stderr",
            "--environment_prefix=MESOS_CARRIED_", "--", "/bin/sh", "-c", "echo $A",
        }));
        Assert.That(start.Directory, Is.EqualTo("/sandbox"));
    }

    [Test]
    public async Task A_command_without_shell_is_a_path_with_arguments_and_its_variables_win()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo
        {
            Shell = false,
            Value = "/bin/run",
            Arguments = { "run", "-x" },
            Environment = new Proto.Environment
            {
                Variables =
                {
                    new Proto.Environment.Types.Variable { Name = "FROM_AGENT", Value = "replaced" },
                    new Proto.Environment.Types.Variable { Name = "OWN", Value = "1" },
                },
            },
        }));
        ChildStart start = children.Started.Single();
        Assert.That(start.Arguments.SkipWhile(argument => !argument.StartsWith("--program=", StringComparison.Ordinal)), Is.EqualTo(new[] { "--program=/bin/run", "--", "run", "-x" }));
        Assert.That(Carried(start), Is.EquivalentTo(new Dictionary<string, string>
        {
            ["ROOT"] = "/dotnet",
            ["FROM_AGENT"] = "replaced",
            ["OWN"] = "1",
            ["MESOS_SANDBOX"] = "/sandbox",
            ["PATH"] = LaunchPlan.DefaultPath,
        }));
        Assert.That(Own(start), Is.EquivalentTo(new Dictionary<string, string> { ["ROOT"] = "/dotnet", ["MESOS_SANDBOX"] = "/sandbox" }));
    }

    [Test]
    public async Task What_a_task_sets_never_reaches_the_programs_that_start_it_under_its_name()
    {
        var command = new CommandInfo
        {
            Value = "mesos-executor",
            Environment = new Proto.Environment { Variables = { new Variable { Name = "LD_PRELOAD", Value = "evil.so" }, new Variable { Name = "DOTNET_STARTUP_HOOKS", Value = "evil.dll" } } },
        };
        await containerizer.LaunchAsync(Launch(command, isCommandExecutor: true));
        await containerizer.LaunchAsync(Launch(command, id: "c2"));
        Assert.That(Own(children.Started[0]).Keys, Is.EquivalentTo(new[] { "ROOT", "FROM_AGENT", "MESOS_SANDBOX", "PATH" }), "the executor of a command gets them with the task");
        Assert.That(Carried(children.Started[0]), Is.Empty, "and nothing has to be carried for it");
        Assert.That(children.Started[0].Arguments, Has.None.StartsWith("--environment_prefix"));
        Assert.That(Own(children.Started[1]).Keys, Is.EquivalentTo(new[] { "ROOT", "MESOS_SANDBOX" }));
        Assert.That(Carried(children.Started[1])["LD_PRELOAD"], Is.EqualTo("evil.so"), "an executor of the framework is the framework's affair");
    }

    [Test]
    public async Task An_executor_that_is_given_another_sandbox_still_carries_the_mark_of_its_own()
    {
        CommandInfo Command(params Variable[] variables) => new() { Value = "run", Environment = new Proto.Environment { Variables = { variables } } };
        Variable another = new() { Name = "MESOS_SANDBOX", Value = "/another" }, mark = new() { Name = "MESOS_CONTAINER_MARK", Value = "/another" };
        await containerizer.LaunchAsync(Launch(Command(another)));
        await containerizer.LaunchAsync(Launch(Command(another, mark), id: "c2"));
        await containerizer.LaunchAsync(Launch(Command(mark), id: "c3"));
        Assert.That(Carried(children.Started[0])["MESOS_SANDBOX"], Is.EqualTo("/another"));
        Assert.That(children.Started.Select(start => Carried(start).GetValueOrDefault("MESOS_CONTAINER_MARK")), Is.EqualTo(new[] { "/sandbox", "/sandbox", null }));
        Assert.That(children.Started.Select(start => start.Environment["MESOS_SANDBOX"]), Has.All.EqualTo("/sandbox"));
    }

    [Test]
    public async Task The_name_an_executor_goes_by_need_not_be_that_of_its_file()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Shell = false, Value = "/bin/busybox", Arguments = { "sleep", "1" } }));
        await containerizer.LaunchAsync(Launch(new CommandInfo { Shell = false, Value = "/bin/busybox" }, id: "c2"));
        Assert.That(children.Started[0].Arguments.SkipWhile(argument => !argument.StartsWith("--program", StringComparison.Ordinal)), Is.EqualTo(new[] { "--program=/bin/busybox", "--", "sleep", "1" }));
        Assert.That(children.Started[1].Arguments.SkipWhile(argument => argument != "--"), Is.EqualTo(new[] { "--", "/bin/busybox" }));
    }

    [Test]
    public async Task Secrets_become_variables_and_stay_off_command_lines_where_that_is_possible()
    {
        CommandInfo Command(string launcherDirectory) => new()
        {
            Shell = false,
            Value = Path.Combine(launcherDirectory, "mesos-executor"),
            Arguments = { "mesos-executor" },
            Environment = new Proto.Environment { Variables = { new Variable { Name = "PASSWORD", Type = Variable.Types.Type.Secret, Secret = new Secret { Value = new Secret.Types.Value { Data = Google.Protobuf.ByteString.CopyFromUtf8("s3cret") } } } } },
        };
        await containerizer.LaunchAsync(Launch(Command(directory)));
        Assert.That(Carried(children.Started[0])["PASSWORD"], Is.EqualTo("s3cret"));

        await containerizer.LaunchAsync(Launch(Command(directory), id: "c2", isCommandExecutor: true));
        Assert.That(children.Started[1].Arguments, Has.None.Contains("s3cret"), "this program finds it in the task");

        await File.WriteAllTextAsync(Path.Combine(directory, "mesos-executor"), "");
        await containerizer.LaunchAsync(Launch(Command(directory), id: "c3", isCommandExecutor: true));
        Assert.That(children.Started[2].Arguments, Does.Contain("""--task_environment={"variables":[{"name":"PASSWORD","value":"s3cret"}]}"""), "the original's executor knows no other way");
    }

    [Test]
    public async Task The_command_executor_is_the_installed_one_or_else_the_same_program()
    {
        var command = new CommandInfo
        {
            Shell = false,
            Value = Path.Combine(directory, "mesos-executor"),
            Arguments = { "mesos-executor", "--launcher_dir=" + directory },
        };
        await containerizer.LaunchAsync(Launch(command, isCommandExecutor: true));
        Assert.That(
            children.Started[0].Arguments.SkipWhile(argument => argument != "--"),
            Is.EqualTo(new[] { "--", "/opt/mesos/bin/mesos", "executor", "--launcher_dir=" + directory }));

        await File.WriteAllTextAsync(command.Value, "");
        await containerizer.LaunchAsync(Launch(command, id: "c2", isCommandExecutor: true));
        Assert.That(
            children.Started[1].Arguments.SkipWhile(argument => argument != "--"),
            Is.EqualTo(new[] { "--", command.Value, "--launcher_dir=" + directory }));
    }

    [Test]
    public async Task A_container_has_a_status_while_it_runs_and_a_termination_then()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        ContainerStatus? status = await containerizer.StatusAsync(Id());
        Assert.That((status!.ContainerId.Value, status.ExecutorPid), Is.EqualTo(("c1", 100u)));
        Task<ContainerTermination?> end = containerizer.WaitAsync(Id());
        children.Exit(100, 3 << 8);
        Assert.That((await end)!.WaitStatus, Is.EqualTo(3 << 8));
        Assert.That(children.Killed, Is.EqualTo(new[] { 100 }), "what is left of it is killed");
        Assert.That(await containerizer.StatusAsync(Id()), Is.Null);
        Assert.That(await containerizer.WaitAsync(Id()), Is.Null);
    }

    [Test]
    public async Task The_end_of_a_container_that_ended_at_once_is_told_to_the_first_who_waits_for_it()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        children.Exit(100, 3 << 8);
        Assert.That(async () => await containerizer.StatusAsync(Id()), Is.Null.After(10_000, 10));
        Assert.That((await containerizer.WaitAsync(Id()))?.WaitStatus, Is.EqualTo(3 << 8));
        Assert.That(await containerizer.WaitAsync(Id()), Is.Null, "nothing is kept for ever");
    }

    [Test]
    public async Task Destroying_kills_all_processes_and_waits_for_its_end()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        Task destroyed = containerizer.DestroyAsync(Id());
        await node.SettleAsync();
        Assert.That(children.Killed, Is.EqualTo(new[] { 100 }));
        Assert.That(destroyed.IsCompleted, Is.False);
        children.Exit(100, 9);
        await destroyed;
        await containerizer.DestroyAsync(Id());
    }

    [Test]
    public async Task Others_are_served_while_a_container_takes_its_time_to_die()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }, id: "c2"));
        children.Dying = TimeSpan.FromSeconds(1.5);
        Task destroyed = containerizer.DestroyAsync(Id());
        children.Exit(100, 9);
        Assert.That((await containerizer.StatusAsync(Id("c2")))!.ExecutorPid, Is.EqualTo(101));
        await node.SettleAsync();
        Assert.That((children.Killed.Count, destroyed.IsCompleted), Is.EqualTo((1, false)), "one hunt is enough, and it goes on");
        await node.AdvanceAsync(TimeSpan.FromSeconds(1.5));
        await destroyed;
        Assert.That((await node.Manager.Metrics.SnapshotAsync()).ToDictionary()["containerizer/mesos/container_destroy_errors"], Is.Zero);
    }

    [Test]
    public async Task What_does_not_die_is_counted_and_killed_again_at_growing_intervals()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        children.Undying = 3;
        Task destroyed = containerizer.DestroyAsync(Id());
        await containerizer.StatusAsync(Id());
        Assert.That((await node.Manager.Metrics.SnapshotAsync()).ToDictionary()["containerizer/mesos/container_destroy_errors"], Is.EqualTo(1));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(children.Killed, Has.Count.EqualTo(2));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(children.Killed, Has.Count.EqualTo(2));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(children.Killed, Has.Count.EqualTo(3));
        children.Exit(100, 9);
        await destroyed;
        await node.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.That(children.Killed, Has.Count.EqualTo(4), "what is left of it dies although its first process has ended");
        await node.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.That(children.Killed, Has.Count.EqualTo(4));
        Assert.That((await node.Manager.Metrics.SnapshotAsync()).ToDictionary()["containerizer/mesos/container_destroy_errors"], Is.EqualTo(1));
    }

    [Test]
    public async Task What_still_runs_dies_with_the_containerizer()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }));
        containerizer.Terminate();
        await node.Manager.WaitAsync(containerizer);
        Assert.That(children.Killed, Is.EqualTo(new[] { 100 }));
    }

    [Test]
    public void A_program_that_cannot_be_started_is_an_error_with_the_reason()
    {
        children.Error = "no such program";
        Assert.That(
            async () => await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" })),
            Throws.TypeOf<ContainerLaunchException>().With.Message.EqualTo("no such program"));
    }

    [Test]
    public async Task Another_user_is_switched_to_by_root_and_gets_the_sandbox()
    {
        accounts.CanSwitch = true;
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }, user: "bob"));
        Assert.That(children.Started[0].Arguments, Does.Contain("--user=bob"));
        Assert.That(accounts.Given, Is.EqualTo(new[] { ("/sandbox", "bob") }));
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }, id: "c2", user: accounts.Current));
        Assert.That(children.Started[1].Arguments, Has.None.StartsWith("--user"));
    }

    [Test]
    public void Another_user_without_root_is_refused()
    {
        Assert.That(
            async () => await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "x" }, user: "bob")),
            Throws.TypeOf<ContainerLaunchException>().With.Message.Contains("--no-switch_user"));
        Assert.That(children.Started, Is.Empty);
    }

    [Test]
    public async Task A_network_without_a_name_is_that_of_the_machine()
    {
        ExecutorInfo executor = Launch(new CommandInfo { Value = "x" }).Executor.Clone();
        var network = new NetworkInfo
        {
            IpAddresses = { new NetworkInfo.Types.IPAddress { Protocol = NetworkInfo.Types.Protocol.Ipv4 } },
            Labels = new Labels(),
        };
        executor.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Mesos, NetworkInfos = { network } };
        await containerizer.LaunchAsync(new ContainerLaunch(Id(), executor, "/sandbox", null, new Dictionary<string, string>(), false));
        Assert.That(children.Started, Has.Count.EqualTo(1));
    }

    [TestCaseSource(nameof(Unsupported))]
    public void What_cannot_be_given_is_refused_with_a_sentence(ExecutorInfo executor, string words)
    {
        Assert.That(
            async () => await containerizer.LaunchAsync(new ContainerLaunch(Id(), executor, "/sandbox", null, new Dictionary<string, string>(), false)),
            Throws.TypeOf<ContainerLaunchException>().With.Message.Contains(words));
        Assert.That(children.Started, Is.Empty);
    }

    private static IEnumerable<TestCaseData> Unsupported()
    {
        yield return Case(e => e.Command.Uris.Add(new CommandInfo.Types.URI { Value = "http://x/y" }), "http://x/y");
        yield return Case(e => e.Container = new ContainerInfo { Type = ContainerInfo.Types.Type.Docker }, "Docker");
        yield return Case(e => e.Container = Mesos(c => c.Mesos = new ContainerInfo.Types.MesosInfo { Image = new Image() }), "images");
        yield return Case(e => e.Container = Mesos(c => c.Volumes.Add(new Volume())), "volumes");
        yield return Case(e => e.Container = Mesos(c => c.NetworkInfos.Add(new NetworkInfo { Name = "net" })), "networks");
        yield return Case(e => e.Container = Mesos(c => c.NetworkInfos.Add(new NetworkInfo { Groups = { "g" } })), "networks");
        yield return Case(e => e.Container = Mesos(c => c.NetworkInfos.Add(new NetworkInfo { PortMappings = { new NetworkInfo.Types.PortMapping { HostPort = 1, ContainerPort = 2 } } })), "networks");
        yield return Case(e => e.Container = Mesos(c => c.NetworkInfos.Add(new NetworkInfo { IpAddresses = { new NetworkInfo.Types.IPAddress { IpAddress = "10.0.0.1" } } })), "networks");
        yield return Case(e => e.Container = Mesos(c => c.Hostname = "h"), "host names");
        yield return Case(e => e.Container = Mesos(c => c.RlimitInfo = new RLimitInfo()), "resource limits");
        yield return Case(e => e.Container = Mesos(c => c.LinuxInfo = new LinuxInfo()), "Linux");
        yield return Case(e => e.Container = Mesos(c => c.TtyInfo = new TTYInfo()), "terminals");
        yield return Case(e => e.Type = ExecutorInfo.Types.Type.Default, "default executor");
        yield return Case(e => e.Command = null, "no command");
        yield return Case(e => e.Command.ClearValue(), "not what to run");
        yield return Variable_(new Variable { Name = "S", Type = Variable.Types.Type.Secret }, "'S' of type 'SECRET' must have a secret set");
        yield return Variable_(
            new Variable { Name = "S", Type = Variable.Types.Type.Secret, Secret = new Secret { Reference = new Secret.Types.Reference { Name = "vault" } } },
            "'S' is a reference, which this agent cannot resolve");
        yield return Variable_(SecretOf([1, 0]), "'S' holds a NUL character");
        yield return Variable_(SecretOf([0xFF]), "'S' is no UTF-8 text");
        yield return Variable_(new Variable { Name = "", Value = "x" }, "names are not empty");
        yield return Variable_(new Variable { Name = "A=B", Value = "x" }, "names are not empty");
        yield return Variable_(new Variable { Name = "A", Value = "x\0y" }, "NUL");
        yield return Variable_(new Variable { Name = "A" }, "'A' of type 'VALUE' must have a value set");
        yield return Variable_(new Variable { Name = "A", Value = "x", Type = Variable.Types.Type.Unknown }, "'UNKNOWN'");

        static TestCaseData Variable_(Variable variable, string words) =>
            Case(e => e.Command.Environment = new Proto.Environment { Variables = { variable } }, words);

        static Variable SecretOf(byte[] data) => new()
        {
            Name = "S",
            Type = Variable.Types.Type.Secret,
            Secret = new Secret { Value = new Secret.Types.Value { Data = Google.Protobuf.ByteString.CopyFrom(data) } },
        };

        static TestCaseData Case(Action<ExecutorInfo> change, string words)
        {
            ExecutorInfo executor = Executor(new CommandInfo { Value = "x" });
            change(executor);
            return new TestCaseData(executor, words).SetArgDisplayNames(words);
        }

        static ContainerInfo Mesos(Action<ContainerInfo> change)
        {
            var container = new ContainerInfo { Type = ContainerInfo.Types.Type.Mesos };
            change(container);
            return container;
        }
    }

    [Test]
    public async Task A_container_that_is_written_down_waits_until_it_is()
    {
        var written = new Promise<bool>();
        int told = 0;
        Task launching = containerizer.LaunchAsync(Launch(new CommandInfo { Value = "run" }) with
        {
            Forked = process =>
            {
                told = process.Pid;
                return written.Task;
            },
        });
        await node.SettleAsync();
        Assert.That(children.Started.Single().Waits, Is.True);
        Assert.That(children.Started.Single().Arguments, Does.Contain("--wait_for_line"));
        Assert.That((told, children.Children.Single().Released), Is.EqualTo((100, false)));
        written.TrySet(true);
        await launching;
        Assert.That(children.Children.Single().Released, Is.True);
    }

    [Test]
    public async Task A_container_that_cannot_be_written_down_is_killed_before_it_begins()
    {
        Task launching = containerizer.LaunchAsync(Launch(new CommandInfo { Value = "run" }) with { Forked = _ => throw new IOException("full") });
        Assert.That(async () => await launching, Throws.TypeOf<ContainerLaunchException>().With.Message.Contains("full"));
        Assert.That(children.Killed, Is.EqualTo(new[] { 100 }));
        Assert.That(children.Children.Single().Released, Is.False);
        children.Exit(100, 9);
        await node.SettleAsync();
        Assert.That(await containerizer.WaitAsync(Id()), Is.Null, "nobody waits for what never began");
    }

    [Test]
    public async Task Containers_of_an_earlier_run_are_watched_until_they_end()
    {
        children.Alive.Add(7);
        await containerizer.RecoverAsync([new RecoveredContainer(Id("living"), new ForkedProcess(7), "/s/a", Executor(new CommandInfo())), new RecoveredContainer(Id("dead"), new ForkedProcess(8), "/s/b", Executor(new CommandInfo()))], "/s");
        Assert.That(await containerizer.WaitAsync(Id("dead")), Is.EqualTo(new ContainerTermination()), "it had ended before anybody could wait for it");
        Assert.That(await containerizer.WaitAsync(Id("dead")), Is.Null);
        Task<ContainerTermination?> end = containerizer.WaitAsync(Id("living"));
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(end.IsCompleted, Is.False);
        Assert.That((await containerizer.StatusAsync(Id("living")))!.ExecutorPid, Is.EqualTo(7));
        children.Alive.Clear();
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That((await end)!.WaitStatus, Is.Null);
    }

    [Test]
    public async Task Containers_that_are_left_to_themselves_are_not_killed_at_the_end()
    {
        await containerizer.LaunchAsync(Launch(new CommandInfo { Value = "run" }));
        await containerizer.LeaveAsync([Id()]);
        containerizer.Terminate();
        await node.Manager.WaitAsync(containerizer);
        Assert.That(children.Killed, Is.Empty);
    }

    private static Dictionary<string, string> Carried(ChildStart start) => start.Environment
        .Where(variable => variable.Key.StartsWith(LaunchPlan.CarriedPrefix, StringComparison.Ordinal))
        .ToDictionary(variable => variable.Key[LaunchPlan.CarriedPrefix.Length..], variable => variable.Value);

    private static Dictionary<string, string> Own(ChildStart start) => start.Environment
        .Where(variable => !variable.Key.StartsWith(LaunchPlan.CarriedPrefix, StringComparison.Ordinal))
        .ToDictionary();

    private static ExecutorInfo Executor(CommandInfo command) => new() { ExecutorId = new ExecutorID { Value = "e" }, Command = command };

    private static ContainerID Id(string id = "c1") => new() { Value = id };

    private static ContainerLaunch Launch(CommandInfo command, string id = "c1", string? user = null, bool isCommandExecutor = false) => new(
        Id(id), Executor(command), "/sandbox", user, new Dictionary<string, string> { ["FROM_AGENT"] = "1" }, isCommandExecutor);

    private sealed class FakeAccounts : IUserAccounts
    {
        public List<(string Directory, string User)> Given { get; } = [];

        public string Current => "agent";

        public bool CanSwitch { get; set; }

        public void GiveDirectory(string directory, string user) => Given.Add((directory, user));
    }

    private sealed class FakeChildren : IChildProcesses
    {
        private readonly Dictionary<int, Promise<int?>> running = [];

        public List<ChildStart> Started { get; } = [];

        public List<int> Killed { get; } = [];

        public string? Error { get; set; }

        public void Exit(int pid, int status) => running[pid].TrySet(status);

        public IChild Start(ChildStart start)
        {
            if (Error is not null)
            {
                throw new IOException(Error);
            }

            var child = new FakeChild(100 + Started.Count, new Promise<int?>());
            Started.Add(start);
            Children.Add(child);
            running[child.Pid] = child.End;
            return child;
        }

        public HashSet<int> Alive { get; } = [];

        public int Orphans { get; set; }

        public List<FakeChild> Children { get; } = [];

        /// <summary>How many attempts to kill leave something.</summary>
        public int Undying { get; set; }

        /// <summary>How long it takes what is killed to die.</summary>
        public TimeSpan Dying { get; set; }

        public async Task<bool> KillAllAsync(IChild child, Func<TimeSpan, Task> pause)
        {
            Killed.Add(child.Pid);
            if (Dying > TimeSpan.Zero)
            {
                await pause(Dying);
            }

            return Undying-- <= 0;
        }

        public IAdoptedChild Adopt(ForkedProcess process, string sandbox) => new FakeAdopted(this, process.Pid);

        public Task<int> KillOrphansAsync(string directory, IReadOnlySet<string> sandboxes, Func<TimeSpan, Task> pause) => Task.FromResult(Orphans);

        public IReadOnlyList<ContainerUsage> Measure(IReadOnlyList<IChild> measured) => [.. measured.Select(child => new ContainerUsage(default, default, child.Pid))];
    }

    private sealed class FakeAdopted(FakeChildren children, int pid) : IAdoptedChild
    {
        private readonly Promise<int?> end = new();

        public int Pid => pid;

        public long? StartTicks => null;

        public Task<int?> Exited => end.Task;

        public void Release()
        {
        }

        public bool Look()
        {
            if (!children.Alive.Contains(pid))
            {
                end.TrySet(null);
            }

            return children.Alive.Contains(pid);
        }
    }

    private sealed record FakeChild(int Pid, Promise<int?> End) : IChild
    {
        public long? StartTicks => null;

        public Task<int?> Exited => End.Task;

        public bool Released { get; private set; }

        public void Release() => Released = true;
    }
}

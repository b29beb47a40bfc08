using Mesos.Slave.Containerizer;
using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Tests;

[TestFixture]
[Platform(Include = "Linux", Reason = "needs a POSIX shell and /proc")]
internal sealed class ChildProcessesTests
{
    private readonly ChildProcesses children = new();

    [OneTimeTearDown]
    public void TearDown() => children.Dispose();

    [Test]
    [CancelAfter(20_000)]
    public async Task The_status_of_a_child_is_that_of_wait()
    {
        Assert.That(await Start("exit 3").Exited, Is.EqualTo(3 << 8));
        Assert.That(await Start("kill -9 $$").Exited, Is.EqualTo(9));
    }

    [TestCase("exit 137", 137 << 8)]
    [TestCase("exit 143", 143 << 8)]
    [TestCase("exit 192", 192 << 8)]
    [TestCase("kill -15 $$", 15)]
    [CancelAfter(20_000)]
    public async Task A_code_that_shells_use_for_signals_is_not_taken_for_one(string command, int status) =>
        Assert.That(await Start(command).Exited, Is.EqualTo(status));

    [Test]
    public void A_program_that_is_not_there_is_an_error()
    {
        Assert.That(
            () => children.Start(new ChildStart("/no/such/program", [], new Dictionary<string, string>(), "/")),
            Throws.TypeOf<IOException>().With.Message.Contains("/no/such/program"));
    }

    [TestCase("", "x")]
    [TestCase("A=B", "x")]
    [TestCase("A", "x\0y")]
    public void A_variable_that_cannot_be_set_is_an_error(string name, string value) => Assert.That(
        () => children.Start(new ChildStart("/bin/sh", [], new Dictionary<string, string> { [name] = value }, "/")),
        Throws.TypeOf<IOException>().With.Message.Contains("/bin/sh"));

    [TestCase(false)]
    [TestCase(true)]
    [CancelAfter(20_000)]
    public async Task A_child_leads_a_session_in_its_directory_and_inherits_neither_variables_nor_signals(bool waits)
    {
        string directory = Directory.CreateTempSubdirectory("started").FullName;
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", "pwd > pwd; export > variables; cat /proc/$$/stat > stat; grep Sig /proc/self/status > signals"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["GREETING"] = "a b=c" },
            directory,
            waits));
        Assert.That(await child.Exited, Is.Zero);
        Assert.That(Read("pwd").Trim(), Is.EqualTo(directory));
        Assert.That(Read("variables"), Does.Contain("GREETING='a b=c'").And.Not.Contain("DOTNET"));
        ProcessEntry entry = ProcessTable.Parse(Read("stat"))!.Value;
        Assert.That((entry.Pid, entry.Group, entry.Session, entry.StartTicks), Is.EqualTo((child.Pid, child.Pid, child.Pid, child.StartTicks)));
        Assert.That(Read("signals"), Does.Match(@"SigBlk:\s0+\n").And.Match(@"SigIgn:\s\w{12}[02468ace]\w{3}\n"), "it hears of broken pipes");
        Directory.Delete(directory, recursive: true);

        string Read(string name) => File.ReadAllText(Path.Combine(directory, name));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Files_that_an_agent_inherited_do_not_reach_what_it_starts()
    {
        string directory = Directory.CreateTempSubdirectory("inherited").FullName;
        int file = LibC.Open(Path.GetTempPath(), 0);
        try
        {
            Assert.That(await Start($"[ -e /proc/self/fd/{file} ]").Exited, Is.Zero, "as whoever starts a program through flock leaves the lock to it");
            await using var node = new LibProcess.Testing.TestNode();
            await using (await SlaveDaemon.StartAsync(node.Manager, new SlaveOptions { WorkDirectory = directory, Hostname = "h" }, new FakeDetector()))
            {
            }

            Assert.That(await Start($"[ -e /proc/self/fd/{file} ]").Exited, Is.EqualTo(1 << 8));
            Assert.That(await Start("[ -e /proc/self/fd/2 ]").Exited, Is.Zero);
        }
        finally
        {
            _ = LibC.Close(file);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_child_that_waits_goes_on_when_it_is_let_go()
    {
        IChild child = children.Start(new ChildStart("/bin/sh", ["-c", "read line && exit 7; exit 8"], new Dictionary<string, string>(), "/", Waits: true));
        child.Release();
        Assert.That(await child.Exited, Is.EqualTo(7 << 8));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_process_of_an_earlier_run_is_known_by_its_sandbox_and_killed_with_all_it_started()
    {
        string directory = Directory.CreateTempSubdirectory("adopted").FullName;
        string sandbox = Path.Combine(directory, "run");
        IChild child = children.Start(new ChildStart(
            "/bin/sh", ["-c", "exec sh -c 'setsid sleep 1000 & wait'"], new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = sandbox }, "/"));
        IAdoptedChild another = children.Adopt(new ForkedProcess(child.Pid), "/another");
        Assert.That(() => another.Look(), Is.False.After(10_000, 10), "the number may be a stranger's");
        IAdoptedChild adopted = children.Adopt(new ForkedProcess(child.Pid), sandbox);
        Assert.That(adopted.Look(), Is.True);
        Assert.That(await children.KillOrphansAsync(directory, new HashSet<string> { sandbox }, Task.Delay), Is.Zero);
        await children.KillAllAsync(adopted, Task.Delay);
        await child.Exited;
        Assert.That(() => adopted.Look(), Is.False.After(10_000, 20));
        Assert.That(await adopted.Exited, Is.Null);
        Assert.That(await children.KillOrphansAsync(directory, new HashSet<string>(), Task.Delay), Is.Zero);
        Directory.Delete(directory);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Processes_no_checkpoint_tells_of_are_killed()
    {
        string directory = Directory.CreateTempSubdirectory("orphans").FullName;
        IChild child = children.Start(new ChildStart(
            "/bin/sh", ["-c", "sleep 1000"], new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = Path.Combine(directory, "run") }, "/"));
        Assert.That(await children.KillOrphansAsync(directory, new HashSet<string>(), Task.Delay), Is.GreaterThan(0));
        await child.Exited;
        Directory.Delete(directory);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task What_forks_between_two_looks_at_orphans_is_found_by_the_next()
    {
        string directory = Directory.CreateTempSubdirectory("orphans").FullName;
        string sandbox = Directory.CreateDirectory(Path.Combine(directory, "run")).FullName;
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", "read line; setsid sleep 1000 & echo $! > $MESOS_SANDBOX/pid; wait"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = sandbox },
            "/",
            Waits: true));
        Assert.That(() => ContainerMark.SandboxOf(child.Pid, out _), Is.EqualTo(sandbox).After(10_000, 10));

        // The first look is over when the process forks, and what it forks is in no group that is stopped with it.
        int forked = 0;
        using var fooled = new ChildProcesses(() =>
        {
            IReadOnlyList<ProcessEntry> table = ProcessTable.Read();
            if (forked == 0)
            {
                child.Release();
                Assert.That(
                    () => int.TryParse(File.Exists($"{sandbox}/pid") ? File.ReadAllText($"{sandbox}/pid") : "", out forked) &&
                        ProcessTable.Read().Any(process => process.Pid == forked && process.Session == forked),
                    Is.True.After(10_000, 10));
            }

            return table;
        });
        Assert.That(await fooled.KillOrphansAsync(directory, new HashSet<string>(), Task.Delay), Is.EqualTo(2));
        await child.Exited;
        Assert.That(forked, Is.Positive);
        Assert.That(() => ProcessTable.StartOf(forked, butNotDead: true), Is.Null.After(10_000, 10));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Orphans_that_double_while_they_are_killed_are_all_killed()
    {
        string directory = Directory.CreateTempSubdirectory("orphans").FullName;
        string sandbox = Directory.CreateDirectory(Path.Combine(directory, "run")).FullName;
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", "ulimit -p 300 2> /dev/null || ulimit -u 300; echo > $MESOS_SANDBOX/begun; f() { [ $1 -gt 0 ] && { f $(($1-1)) & f $(($1-1)) & }; sleep 30; }; f 6"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = sandbox },
            "/"));
        Assert.That(() => File.Exists(Path.Combine(sandbox, "begun")), Is.True.After(10_000, 1));
        Assert.That(await children.KillOrphansAsync(directory, new HashSet<string>(), Task.Delay), Is.Positive);
        await child.Exited;
        Assert.That(ProcessTable.Read().Where(process => ContainerMark.SandboxOf(process.Pid, out _) == sandbox), Is.Empty);
        Directory.Delete(directory, recursive: true);
    }

    [TestCase("sleep 1000 & echo $! > $F; wait", false)]
    [TestCase("setsid sleep 1000 & echo $! > $F; wait", false)]
    [TestCase("setsid sleep 1000 & echo $! > $F; exit 0", true)]
    [CancelAfter(20_000)]
    public async Task Killing_a_child_kills_everything_it_has_started(string command, bool endsFirst)
    {
        string file = Path.GetTempFileName();
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", $"exec sh -c '{command}'"],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["F"] = file, ["MESOS_SANDBOX"] = file },
            "/"));
        string started;
        while ((started = (await File.ReadAllTextAsync(file)).Trim()).Length == 0)
        {
            await Task.Delay(10);
        }

        if (endsFirst)
        {
            await child.Exited;
        }

        Assert.That(Directory.Exists("/proc/" + started));
        await children.KillAllAsync(child, Task.Delay);
        await child.Exited;
        Assert.That(ProcessTable.Read().Select(process => process.Pid.ToString()), Has.None.EqualTo(started));
        Assert.That(children.Measure([child])[0].ResidentBytes, Is.Zero);
        File.Delete(file);
    }

    // Each ends by itself after a while, and none may have more than 300 processes: a test that fails must not take the machine along.
    [TestCase("f() { [ $1 -gt 0 ] && { f $(($1-1)) & f $(($1-1)) & }; sleep 30; }; f 6", TestName = "Processes_that_double_are_all_killed")]
    [TestCase("f() { i=0; while [ $i -lt 40 ]; do i=$((i+1)); (trap '' TERM HUP INT; sleep 30) & done; wait; }; f", TestName = "Processes_that_ignore_signals_are_all_killed")]
    [TestCase("f() { [ $1 -gt 0 ] && { f $(($1-1)) & exit; }; sleep 30; }; f 2000", TestName = "A_process_that_flees_into_its_child_again_and_again_is_caught")]
    [TestCase("i=0; while [ $i -lt 200 ]; do i=$((i+1)); setsid sleep 30 & done; wait", TestName = "Processes_that_leave_for_sessions_of_their_own_are_all_killed")]
    [CancelAfter(20_000)]
    public async Task Processes_that_only_start_others(string script)
    {
        string directory = Directory.CreateTempSubdirectory("bomb").FullName;
        IChild child = children.Start(new ChildStart(
            "/bin/sh",
            ["-c", "ulimit -p 300 2> /dev/null || ulimit -u 300; echo > $MESOS_SANDBOX/begun; exec sh -c \"$BOMB\""],
            new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = directory, ["BOMB"] = script },
            "/"));
        while (!File.Exists(Path.Combine(directory, "begun")))
        {
            await Task.Delay(5);
        }

        await children.KillAllAsync(child, Task.Delay);
        await child.Exited;
        await children.KillAllAsync(child, Task.Delay);
        Assert.That(ProcessTable.Read().Where(process => ContainerMark.SandboxOf(process.Pid, out _) == directory), Is.Empty);
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_number_that_was_given_away_again_is_not_killed()
    {
        IChild child = Start("exit 0");
        await child.Exited;
        IChild stranger = children.Start(new ChildStart("/bin/sh", ["-c", "sleep 1000"], new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath, ["MESOS_SANDBOX"] = "/other" }, "/"));
        Assert.That(ProcessTable.StartOf(stranger.Pid), Is.Not.Null.And.EqualTo(ProcessTable.Read().Single(process => process.Pid == stranger.Pid).StartTicks));
        IAdoptedChild adopted = children.Adopt(new ForkedProcess(stranger.Pid), "/sandbox-of-the-one-that-had-the-number");
        await children.KillAllAsync(adopted, Task.Delay);
        await children.KillAllAsync(child, Task.Delay);
        Assert.That(stranger.Exited.IsCompleted, Is.False);
        await children.KillAllAsync(stranger, Task.Delay);
        await stranger.Exited;
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task What_does_not_show_whose_it_is_is_not_killed_for_its_number()
    {
        IChild stranger = Start("exec env -i sleep 1000");
        Assert.That(() => ContainerMark.SandboxOf(stranger.Pid, out bool isUnclear) is null && isUnclear, Is.True.After(10_000, 10));
        await children.KillAllAsync(children.Adopt(new ForkedProcess(stranger.Pid), "/sandbox-of-the-one-that-had-the-number"), Task.Delay);
        Assert.That(ProcessTable.StartOf(stranger.Pid, butNotDead: true), Is.Not.Null);
        await children.KillAllAsync(stranger, Task.Delay);
        await stranger.Exited;
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_child_whose_number_belongs_to_a_process_of_another_start_is_left_alone()
    {
        IChild stranger = Start("sleep 1000");
        using var others = new ChildProcesses(() => [.. ProcessTable.Read().Select(process => process.Pid == stranger.Pid ? process with { StartTicks = process.StartTicks + 1 } : process)]);
        await others.KillAllAsync(stranger, Task.Delay);
        Assert.That(others.Measure([stranger])[0].ResidentBytes, Is.Zero);
        Assert.That(ProcessTable.StartOf(stranger.Pid, butNotDead: true), Is.EqualTo(stranger.StartTicks));
        Assert.That(children.Measure([stranger])[0].ResidentBytes, Is.Positive);
        await children.KillAllAsync(stranger, Task.Delay);
        await stranger.Exited;
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_process_of_an_earlier_run_is_known_by_its_start_whatever_became_of_its_variables()
    {
        string sandbox = Path.Combine(Path.GetTempPath(), "executor-without-variables");
        IChild child = StartWith("exec env -i /bin/sleep 1000", ("MESOS_SANDBOX", sandbox));
        Assert.That(() => File.ReadAllText($"/proc/{child.Pid}/cmdline"), Does.StartWith("/bin/sleep").After(10_000, 10));
        Assert.That(children.Adopt(new ForkedProcess(child.Pid, child.StartTicks + 1), sandbox).Look(), Is.False, "the number was given away again");
        IAdoptedChild unknown = children.Adopt(new ForkedProcess(child.Pid), sandbox);
        Assert.That(() => unknown.Look(), Is.False.After(10_000, 10), "nothing else tells");
        IAdoptedChild adopted = children.Adopt(new ForkedProcess(child.Pid, child.StartTicks), sandbox);
        Assert.That(adopted.Look(), Is.True);
        await children.KillAllAsync(adopted, Task.Delay);
        await child.Exited;
        Assert.That(() => adopted.Look(), Is.False.After(10_000, 10));
    }

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(20_000)]
    public async Task A_container_of_the_original_lives_although_its_first_process_has_no_mark(bool helperIsRecognised)
    {
        // The original's program forks the executor, waits for its end, and does not see the executor's variables.
        string directory = Directory.CreateTempSubdirectory("original").FullName;
        string sandbox = Path.Combine(directory, "0b7a7a52-4b4e-4b7a-8d4c-52a1f7d0f7d1");
        IChild helper = helperIsRecognised
            ? StartWith($"env -i sleep 1000 & echo $! > {directory}/pid; wait", ("MESOS_CONTAINERIZER_RUNTIME_DIRECTORY", "/var/run/mesos/containers/" + Path.GetFileName(sandbox)))
            : StartWith($"MESOS_SANDBOX={sandbox} setsid sleep 1000 & echo $! > {directory}/pid; wait");
        int executor = 0;
        Assert.That(() => File.Exists($"{directory}/pid") && int.TryParse(File.ReadAllText($"{directory}/pid"), out executor), Is.True.After(10_000, 10));
        Assert.That(() => helperIsRecognised || ContainerMark.SandboxOf(executor, out _) == sandbox, Is.True.After(10_000, 10));
        await using (var node = new LibProcess.Testing.TestNode())
        {
            PosixContainerizerProcess containerizer = node.Spawn(new PosixContainerizerProcess(
                node.Manager, new MesosProgram("mesos", directory), children, new UserAccounts(), new Dictionary<string, string>(), directory));
            var id = new ContainerID { Value = "c" };
            await containerizer.RecoverAsync([new RecoveredContainer(id, new ForkedProcess(helper.Pid), sandbox, new ExecutorInfo())], directory);
            await node.AdvanceAsync(TimeSpan.FromSeconds(2));
            Assert.That((await containerizer.StatusAsync(id))?.ExecutorPid, Is.EqualTo((uint)helper.Pid));
            Assert.That(ProcessTable.StartOf(executor, butNotDead: true), Is.Not.Null, "the executor goes on");
            Task destroyed = containerizer.DestroyAsync(id);
            while (!destroyed.IsCompleted)
            {
                // Real processes die in their own time: how often the container is looked at until then is open.
                await node.AdvanceAsync(TimeSpan.FromMilliseconds(50));
                await Task.Delay(1, TestContext.CurrentContext.CancellationToken);
            }

            await helper.Exited;
            await destroyed;
        }

        Assert.That(() => ProcessTable.StartOf(executor, butNotDead: true), Is.Null.After(10_000, 10));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task A_sandbox_is_the_same_whichever_way_its_path_is_spelled()
    {
        string directory = Directory.CreateTempSubdirectory("spelled").FullName;
        Directory.CreateDirectory(Path.Combine(directory, "real", "run"));
        Directory.CreateSymbolicLink(Path.Combine(directory, "link"), Path.Combine(directory, "real"));
        IChild child = StartWith("sleep 1000", ("MESOS_SANDBOX", $"{directory}/link//run"));
        string sandbox = Path.Combine(directory, "real", "run");
        Assert.That(children.Adopt(new ForkedProcess(child.Pid), sandbox).Look(), Is.True);
        Assert.That(await children.KillOrphansAsync(Path.Combine(directory, "real"), new HashSet<string> { sandbox }, Task.Delay), Is.Zero);
        Assert.That(await children.KillOrphansAsync(Path.Combine(directory, "link"), new HashSet<string> { sandbox }, Task.Delay), Is.Zero);
        Assert.That(await children.KillOrphansAsync(Path.Combine(directory, "real"), new HashSet<string>(), Task.Delay), Is.Positive);
        await child.Exited;
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task What_brings_the_variables_of_another_container_along_belongs_to_its_own()
    {
        IChild child = StartWith("sleep 1000", ("MESOS_SANDBOX", "/another"), ("MESOS_CONTAINER_MARK", "/own"));
        await children.KillAllAsync(children.Adopt(new ForkedProcess(1, 1), "/another"), Task.Delay);
        Assert.That(ProcessTable.StartOf(child.Pid, butNotDead: true), Is.Not.Null);
        await children.KillAllAsync(children.Adopt(new ForkedProcess(1, 1), "/own"), Task.Delay);
        Assert.That(await child.Exited, Is.EqualTo(9));
    }

    [Test]
    public void The_family_of_a_process_that_has_ended_holds_no_strangers()
    {
        ProcessEntry[] processes =
        [
            Entry(10, parent: 1, group: 10, session: 10),   // has got the id of the leader that has ended
            Entry(11, parent: 10, group: 10, session: 3),
            Entry(12, parent: 10, group: 12, session: 12),
            Entry(20, parent: 1, group: 20, session: 20),
            Entry(21, parent: 20, group: 20, session: 20),
            Entry(99, parent: 20, group: 20, session: 20),
        ];
        Assert.That(Family(leaderLives: true), Is.EqualTo(new[] { 10, 11, 12, 20, 21 }));
        Assert.That(Family(leaderLives: false), Is.EqualTo(new[] { 20, 21 }));

        IEnumerable<int> Family(bool leaderLives) =>
            ProcessFamily.Of(10, leaderLives, processes, process => process.Pid == 20, self: 99).Select(process => process.Pid);

        static ProcessEntry Entry(int pid, int parent, int group, int session) => new(pid, parent, group, session, false, 0, 0, 0);
    }

    [Test]
    public void An_agent_that_was_started_from_within_a_task_does_not_belong_to_its_container_nor_does_what_it_starts()
    {
        const int Self = 99;
        ProcessEntry[] processes =
        [
            new(20, 1, 20, 20, false, 0, 0, 0),
            new(21, 20, 20, 20, false, 0, 0, 0),
            new(Self, 20, 20, 20, false, 0, 0, 0),
            new(30, Self, 30, 30, false, 0, 0, 0),  // an executor
            new(31, 30, 30, 30, false, 0, 0, 0),
            new(40, Self, 20, 20, false, 0, 0, 0),  // an executor that has no session of its own yet
        ];
        Assert.That(
            ProcessFamily.Of(20, leaderLives: true, processes, process => process.Pid is 20 or Self, Self).Select(process => process.Pid),
            Is.EqualTo(new[] { 20, 21 }));
        Assert.That(
            ProcessFamily.Of(40, leaderLives: true, processes, process => false, Self).Select(process => process.Pid),
            Is.EqualTo(new[] { 40 }), "what it starts belongs to itself");
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task What_many_containers_use_is_told_by_one_look_at_all_processes()
    {
        string directory = Directory.CreateTempSubdirectory("measured").FullName;
        int looks = 0;
        using var counted = new ChildProcesses(() =>
        {
            looks++;
            return ProcessTable.Read();
        });
        IChild[] started =
        [
            .. Enumerable.Range(0, 3).Select(number => StartWith(
                $"[ {number} = 0 ] || setsid sleep 1000 & : > {directory}/{number}; exec sleep 1000", ("MESOS_SANDBOX", $"{directory}/run-{number}"))),
        ];
        IChild unmarked = StartWith($": > {directory}/3; exec sleep 1000");
        Assert.That(() => Enumerable.Range(0, 4).All(number => File.Exists($"{directory}/{number}")), Is.True.After(10_000, 10));
        Assert.That(() => ProcessTable.Read().Count(process => File.Exists($"/proc/{process.Pid}/cmdline") && ContainerMark.SandboxOf(process.Pid, out _)?.StartsWith(directory, StringComparison.Ordinal) == true), Is.EqualTo(5).After(10_000, 50));
        IReadOnlyList<ContainerUsage> used = counted.Measure([.. started, unmarked]);
        Assert.That(looks, Is.EqualTo(1));
        Assert.That(used.Select(usage => usage.ResidentBytes), Has.Exactly(4).Items.And.All.Positive);
        Assert.That(used[1].ResidentBytes, Is.GreaterThan(used[0].ResidentBytes), "what has left its session counts as well");
        foreach (IChild child in (IChild[])[.. started, unmarked])
        {
            await children.KillAllAsync(child, Task.Delay);
            await child.Exited;
        }

        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public void Families_of_many_containers_are_told_apart()
    {
        ProcessEntry[] processes =
        [
            new(10, 99, 10, 10, false, 0, 0, 0),
            new(11, 10, 10, 10, false, 0, 0, 0),
            new(12, 1, 10, 10, false, 0, 0, 0),  // has lost its parent
            new(20, 99, 20, 20, false, 0, 0, 0),
            new(21, 20, 21, 21, false, 0, 0, 0),
            new(22, 1, 22, 22, false, 0, 0, 0),  // carries the mark of the second
            new(23, 22, 22, 22, false, 0, 0, 0),
            new(30, 1, 30, 30, false, 0, 0, 0),  // has the number of the third, which has ended
            new(41, 1, 40, 40, false, 0, 0, 0),  // is left of the fourth
            new(99, 1, 99, 99, false, 0, 0, 0),
            new(50, 99, 99, 99, false, 0, 0, 0),
        ];
        ILookup<int, ProcessEntry> families = ProcessFamily.OfMany(
            [(10, true), (20, true), (30, false), (40, false)], ProcessFamily.ById(processes), process => process.Pid is 22 or 99 ? 1 : null, self: 99);
        Assert.That(Enumerable.Range(0, 4).Select(place => families[place].Select(process => process.Pid).ToArray()), Is.EqualTo(new int[][] { [10, 11, 12], [20, 21, 22, 23], [], [41] }));
    }

    [Test]
    public void A_line_of_the_process_table_is_read_whatever_the_program_calls_itself()
    {
        const string Stat = "7 (a) b (c) S 1 5 6 0 -1 4194304 90 0 0 0 11 12 0 0 20 0 1 0 100 1000 33 18446744073709551615 1 1";
        Assert.That(ProcessTable.Parse(Stat), Is.EqualTo(new ProcessEntry(7, 1, 5, 6, false, 11, 12, 33, 100)));
        Assert.That(ProcessTable.Parse("nonsense"), Is.Null);
        Assert.That(ProcessTable.Parse("7 (a) S 1"), Is.Null);
    }

    private IChild Start(string command) => children.Start(
        new ChildStart("/bin/sh", ["-c", command], new Dictionary<string, string>(), "/"));

    private IChild StartWith(string command, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = LaunchPlan.DefaultPath };
        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }

        return children.Start(new ChildStart("/bin/sh", ["-c", command], environment, "/"));
    }
}

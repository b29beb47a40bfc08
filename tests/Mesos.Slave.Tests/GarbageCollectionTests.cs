using Mesos.Slave.Storage;
using Mesos.Slave.Tests.KillMatrix;

namespace Mesos.Slave.Tests;

/// <summary>Sandboxes and checkpoints nobody needs any more.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs links and rights of POSIX")]
internal sealed class GarbageCollectionTests
{
    private SlaveRig rig = null!;

    [SetUp]
    public void SetUp() => rig = new SlaveRig { Checkpoint = true };

    [TearDown]
    public async Task TearDown() => await rig.DisposeAsync();

    [Test]
    public async Task A_disk_that_fills_up_costs_the_oldest_sandboxes_first()
    {
        var disk = new SimulatedDisk();
        await using var full = new SlaveRig(options => options with { DiskWatchInterval = TimeSpan.FromMinutes(1) }, disk) { Checkpoint = true };
        for (int end = full.WorkDirectory.IndexOf('/', 1); ; end = full.WorkDirectory.IndexOf('/', end + 1))
        {
            disk.CreateDirectory(end < 0 ? full.WorkDirectory : full.WorkDirectory[..end], UnixFileMode.None);
            if (end < 0)
            {
                break;
            }
        }

        await full.RegisterAsync();
        await FinishAsync(full, "task-1", "exec-1", exits: false);
        await FinishAsync(full, "task-2", "exec-2", exits: false);
        full.Containers.Exit(0, launch: 0);
        await full.Node.AdvanceAsync(TimeSpan.FromDays(2));
        full.Containers.Exit(0, launch: 1);
        await full.Node.SettleAsync();
        string[] sandboxes = [.. full.Containers.Launches.Select(launch => launch.Directory)];
        Assert.That(sandboxes.Select(disk.DirectoryExists), Has.All.True);

        disk.Used = 0.75; // 0.15 of a week are 25 hours.
        await full.Node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(sandboxes.Select(disk.DirectoryExists), Is.EqualTo(new[] { false, true }));
        disk.Used = null;
        await full.Node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(disk.DirectoryExists(sandboxes[1]), "what cannot be told changes nothing");
        disk.Used = 0.95;
        await full.Node.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.That(sandboxes.Select(disk.DirectoryExists), Has.None.True);
        Dictionary<string, double> metrics = (await full.Node.Manager.Metrics.SnapshotAsync()).ToDictionary();
        Assert.That(metrics["slave/executor_directory_max_allowed_age_secs"], Is.Zero);
        Assert.That(metrics["gc/path_removals_succeeded"], Is.GreaterThanOrEqualTo(2));
        Assert.That((metrics["gc/path_removals_failed"], metrics["gc/path_removals_pending"]), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task An_agent_that_is_started_again_goes_on_counting()
    {
        await rig.RegisterAsync();
        await FinishAsync(rig, "task-1", "exec-1");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(4));
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.That(Directory.Exists(Frameworks + SlaveRig.FrameworkId), "six days");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(Directory.Exists(Frameworks + SlaveRig.FrameworkId), Is.False, "seven days");
    }

    [Test]
    public async Task A_new_run_of_an_executor_keeps_what_was_doomed_but_not_its_old_sandbox()
    {
        await rig.RegisterAsync();
        await FinishAsync(rig, "task-1", "exec-1");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(6));
        await rig.RunExecutorAsync("task-2");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.That(rig.Containers.Launches.Select(launch => Directory.Exists(launch.Directory)), Is.EqualTo(new[] { false, true }));
    }

    [Test]
    public async Task Records_of_ended_tasks_go_in_time_while_their_executor_lives_on()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync("keeper");
        await RunAsync(executor, "task-1");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(4));
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.SendAsync(executor, new ReregisterExecutorMessage
        {
            ExecutorId = new ExecutorID { Value = "exec-1" },
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            Tasks = { rig.ExecutorTask("keeper").Task },
        });
        await rig.ReregisterAsync();
        rig.Master.Forget();
        await RunAsync(executor, "task-2", registered: false);
        Assert.That(Records, Is.EquivalentTo(new[] { "keeper", "task-1", "task-2" }));
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(3.5));
        Assert.That(Records, Is.EquivalentTo(new[] { "keeper", "task-2" }), "the time of the first began before the restart");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(4));
        Assert.That(Records, Is.EquivalentTo(new[] { "keeper" }));
    }

    [Test]
    public async Task No_more_records_are_kept_than_tasks_are_remembered()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync("keeper");
        for (int index = 1; index <= State.Executor.MaxCompletedTasks + 2; index++)
        {
            await RunAsync(executor, "task-" + index);
        }

        Assert.That(Records, Has.Count.EqualTo(State.Executor.MaxCompletedTasks + 1));
        Assert.That(Records, Does.Not.Contain("task-1").And.Not.Contain("task-2").And.Contain("task-3").And.Contain("keeper"));

        // One that was forgotten is as good as new.
        await RunAsync(executor, "task-1");
        Assert.That(Records, Does.Contain("task-1"));
    }

    [Test]
    public async Task A_task_that_has_the_id_of_an_ended_one_is_kept_when_the_time_of_that_has_come()
    {
        await rig.RegisterAsync();
        FakePeer executor = await rig.RunExecutorAsync("keeper");
        await RunAsync(executor, "task-1");
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(1));
        await rig.FromMasterAsync(rig.ExecutorTask("task-1", launchExecutor: false));
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(7));
        Assert.That(Records, Does.Contain("task-1"));
    }

    [Test]
    public async Task Links_that_were_planted_in_a_sandbox_or_in_its_place_lead_nowhere()
    {
        string outside = Directory.CreateTempSubdirectory("outside").FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "precious"), "");
        await rig.RegisterAsync();
        await FinishAsync(rig, "task-1", "exec-1");
        await FinishAsync(rig, "task-2", "exec-2");
        string[] sandboxes = [.. rig.Containers.Launches.Select(launch => launch.Directory)];
        Directory.CreateSymbolicLink(Path.Combine(sandboxes[0], "directory"), outside);
        File.CreateSymbolicLink(Path.Combine(sandboxes[0], "file"), Path.Combine(outside, "precious"));
        Directory.Delete(sandboxes[1]);
        Directory.CreateSymbolicLink(sandboxes[1], outside);
        for (int number = 0; number < 10; number++)
        {
            Directory.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(sandboxes[0])!, $"{CheckpointNames.Temporary}gone-{number}"), outside);
        }

        await rig.Node.AdvanceAsync(TimeSpan.FromDays(8));
        Assert.That(Directory.Exists(Frameworks + SlaveRig.FrameworkId), Is.False);
        Assert.That(File.Exists(Path.Combine(outside, "precious")));
        Directory.Delete(outside, recursive: true);
    }

    [Test]
    public async Task What_an_earlier_agent_was_deleting_when_it_was_killed_is_deleted_by_the_next()
    {
        await rig.RegisterAsync();
        await rig.RunExecutorAsync();
        await rig.KillAsync();
        string[] roots = [rig.WorkDirectory, Path.Combine(rig.WorkDirectory, "meta")];
        string[] places = ["slaves", $"slaves/{SlaveRig.SlaveId}/frameworks", $"slaves/{SlaveRig.SlaveId}/frameworks/{SlaveRig.FrameworkId}/executors",
            $"slaves/{SlaveRig.SlaveId}/frameworks/{SlaveRig.FrameworkId}/executors/exec-1/runs"];
        string[] left = [.. roots.SelectMany(root => places.Select(place => Path.Combine(root, place, CheckpointNames.Temporary + "gone-3")))];
        foreach (string directory in left)
        {
            Directory.CreateDirectory(Path.Combine(directory, "half"));
        }

        await rig.StartAsync();
        await rig.ReregisterAsync();
        Assert.That(left.Where(Directory.Exists), Is.Empty);
        Assert.That(Directory.Exists(Frameworks + SlaveRig.FrameworkId));
    }

    [TestCase("rename")]
    [TestCase("rmtree")]
    public async Task What_cannot_be_deleted_is_tried_again(string failing)
    {
        var disk = new FaultyDisk();
        await using var busy = new SlaveRig(files: disk) { Checkpoint = true };
        await busy.RegisterAsync();
        await FinishAsync(busy, "task-1", "exec-1");
        const int Busy = 16;
        disk.Fault = (what, path) => what == failing ? DiskErrors.Create(Busy, path) : null;
        await busy.Node.AdvanceAsync(TimeSpan.FromDays(7));
        Assert.That(Left(), Is.Not.Empty);
        disk.Fault = null;
        await busy.Node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(Left(), Is.Empty);

        string[] Left() =>
        [
            .. Directory.EnumerateFileSystemEntries(Path.Combine(busy.WorkDirectory, "slaves", SlaveRig.SlaveId, "frameworks")),
            .. Directory.EnumerateFileSystemEntries(Path.Combine(busy.WorkDirectory, "meta", "slaves", SlaveRig.SlaveId, "frameworks")),
        ];
    }

    [Test]
    public async Task An_executor_whose_id_is_as_long_as_a_name_may_be_is_deleted_like_others()
    {
        await rig.RegisterAsync();
        string longest = new('e', 255);
        await rig.RunExecutorAsync();
        await FinishAsync(rig, "task-2", longest);
        string executors = Frameworks + SlaveRig.FrameworkId + "/executors";
        Assert.That(Directory.GetDirectories(executors), Has.Length.EqualTo(2));
        await rig.Node.AdvanceAsync(TimeSpan.FromDays(8));
        Assert.That(Directory.GetDirectories(executors).Select(Path.GetFileName), Is.EqualTo(new[] { "exec-1" }));
    }

    /// <summary>The tasks of which something is kept.</summary>
    private IReadOnlyCollection<string> Records =>
    [
        .. Directory
            .EnumerateDirectories(Path.Combine(rig.WorkDirectory, "meta"), "tasks", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/latest/", StringComparison.Ordinal))
            .SelectMany(Directory.EnumerateDirectories)
            .Select(path => Path.GetFileName(path)!),
    ];

    private async Task RunAsync(FakePeer executor, string task, bool registered = true)
    {
        if (registered)
        {
            await rig.FromMasterAsync(rig.ExecutorTask(task, launchExecutor: false));
        }
        else
        {
            RunTaskMessage message = rig.ExecutorTask(task, launchExecutor: false);
            message.ResourceVersionUuids.Clear();
            await rig.FromMasterAsync(message);
        }

        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, task));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        rig.Master.Forget();
    }

    private string Frameworks => Path.Combine(rig.WorkDirectory, "slaves", SlaveRig.SlaveId, "frameworks") + "/";

    private static async Task FinishAsync(SlaveRig rig, string task, string executorId, bool exits = true)
    {
        FakePeer executor = await rig.RunExecutorAsync(task, executorId);
        await rig.SendAsync(executor, rig.Update(executor, TaskState.TaskFinished, task, executorId));
        await rig.AcknowledgeAsync(rig.Master.Only<StatusUpdateMessage>().Update);
        if (exits)
        {
            rig.Containers.Exit(0, rig.Containers.Launches.Count - 1);
        }

        await rig.Node.SettleAsync();
        rig.Master.Forget();
    }
}

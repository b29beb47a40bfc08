using Google.Protobuf;
using LibProcess.Testing;
using Mesos.Slave.Recovery;
using Mesos.Slave.Storage;
using Mesos.Slave.Tests.KillMatrix;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class StorageTests
{
    [Test]
    public async Task A_thousand_records_that_come_together_cost_few_waits_for_the_disk()
    {
        await using var node = new TestNode();
        var disk = new SimulatedDisk();
        disk.CreateDirectory("/disk", UnixFileMode.None);
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task[] commits = [];
        await store.CallAsync(() =>
        {
            commits = [.. Enumerable.Range(0, 1000).Select(index => store.CommitAsync(new Change.Append($"/disk/{index % 100}", [1, 2, 3])))];
        });
        await Task.WhenAll(commits);
        Assert.That(disk.Syncs, Is.LessThan(10));
        Assert.That((await node.Manager.Metrics.SnapshotAsync()).Single(metric => metric.Key == "slave/checkpoint_syncs").Value, Is.EqualTo(disk.Syncs), "they are counted");
        Assert.That(Enumerable.Range(0, 100).Select(index => disk.AfterPowerCut(new Random(index)).Length($"/disk/{index}")), Has.All.EqualTo(30));
    }

    [Test]
    public async Task A_replaced_file_is_the_old_or_the_new_one_whenever_power_is_cut()
    {
        for (int step = 1; step < 12; step++)
        {
            await using var node = new TestNode();
            var disk = new SimulatedDisk();
            disk.CreateDirectory("/disk", UnixFileMode.None);
            disk.SyncAll("/");
            CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
            await store.CommitAsync(new Change.Replace("/disk/file", [1, 1, 1]));
            disk.StopAt = disk.Steps.Count + step;
            Task second = store.CommitAsync(new Change.Replace("/disk/file", [2, 2, 2, 2]));
            await second.ContinueWith(_ => { }, TaskScheduler.Default);
            for (int seed = 0; seed < 20; seed++)
            {
                byte[]? content = disk.AfterPowerCut(new Random(seed)).TryRead("/disk/file");
                Assert.That(content, second.IsCompletedSuccessfully
                    ? Is.EqualTo(new byte[] { 2, 2, 2, 2 })
                    : Is.EqualTo(new byte[] { 1, 1, 1 }).Or.EqualTo(new byte[] { 2, 2, 2, 2 }));
            }
        }
    }

    [Test]
    public async Task A_change_that_fails_does_not_keep_others_from_being_made()
    {
        await using var node = new TestNode();
        var disk = new SimulatedDisk { Fault = (_, what) => what == "link" ? DiskErrors.Broken("/disk") : null };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task fails = store.CommitAsync(new Change.PointLink("/disk/latest", "/disk/a"));
        Task works = store.CommitAsync(new Change.Replace("/disk/a", [7]));
        Assert.That(async () => await fails, Throws.InstanceOf<IOException>());
        await works;
        Assert.That(disk.TryRead("/disk/a"), Is.EqualTo(new byte[] { 7 }));
    }

    [Test]
    public async Task Records_wait_for_space_in_their_order_and_everything_else_is_refused()
    {
        await using var node = new TestNode();
        bool full = true;
        var disk = new SimulatedDisk { Fault = (_, what) => full && what is "append" or "write" ? DiskErrors.Create(DiskErrors.NoSpace, "/disk") : null };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task first = store.CommitAsync(new Change.Append("/disk/log", [1]));
        Task second = store.CommitAsync(new Change.Append("/disk/log", [2]));
        Task refused = store.CommitAsync(new Change.Replace("/disk/file", [3]));
        Assert.That(async () => await refused, Throws.InstanceOf<IOException>());
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));
        Assert.That(store.Trouble, Is.Not.Null);
        disk.Fault = null;
        full = false;
        Task third = store.CommitAsync(new Change.Append("/disk/log", [3]));
        await node.AdvanceAsync(CheckpointProcess.RetryInterval);
        await Task.WhenAll(first, second, third);
        Assert.That(disk.TryRead("/disk/log"), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(store.Trouble, Is.Null);
    }

    [TestCase(5, "sync", false)]
    [TestCase(5, "sync", true)]
    [TestCase(5, "syncfs", false)]
    [TestCase(DiskErrors.NoSpace, "sync", false)]
    public async Task When_something_could_not_be_made_durable_nothing_is_promised_any_more(int error, string call, bool stays)
    {
        await using var node = new TestNode();
        bool failed = false;
        var disk = new SimulatedDisk
        {
            Fault = (_, what) =>
            {
                bool fails = what == call && (stays || !failed);
                failed |= fails;
                return fails ? DiskErrors.Create(error, "/disk") : null;
            },
        };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        List<string> told = [];
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk, told.Add));
        Task first = store.CommitAsync([.. Enumerable.Range(0, call == "sync" ? 1 : 20).Select(static index => new Change.Append($"/disk/{index}", [1]))]);
        Assert.That(async () => await first, Throws.InstanceOf<IOException>());
        Task[] later =
        [
            store.CommitAsync(new Change.Append("/disk/0", [2])),
            store.CommitAsync(new Change.Append("/disk/other", [2])),
            store.CommitAsync(new Change.Replace("/disk/file", [2])),
            store.CommitAsync(new Change.Remove("/disk/0")),
        ];
        foreach (Task task in later)
        {
            Assert.That(async () => await task, Throws.InstanceOf<IOException>().With.Message.Contains("/disk"));
        }

        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0], Does.Contain("/disk"));
        Assert.That(store.Trouble, Is.Not.Null);
        Assert.That(disk.FileExists("/disk/file"), Is.False);
    }

    [TestCase(DiskErrors.NoSpace)]
    [TestCase(5)]
    public async Task Half_a_record_is_cut_off_before_another_follows(int error)
    {
        await using var node = new TestNode();
        bool failed = false;
        var disk = new SimulatedDisk
        {
            WritesHalf = true,
            Fault = (_, what) =>
            {
                bool fails = what == "append" && !failed;
                failed |= what == "append";
                return fails ? DiskErrors.Create(error, "/disk") : null;
            },
        };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task first = store.CommitAsync(new Change.Append("/disk/log", [1, 1, 1, 1]));
        await ((Task)store.ReadAsync(static _ => true));
        Assert.That(disk.Steps[^1], Does.StartWith("truncate"));
        Task second = store.CommitAsync(new Change.Append("/disk/log", [2, 2]));
        await node.AdvanceAsync(CheckpointProcess.RetryInterval);
        await second;
        Assert.That(first.IsCompletedSuccessfully, Is.EqualTo(error == DiskErrors.NoSpace), "it waited for space");
        Assert.That(disk.TryRead("/disk/log"), Is.EqualTo(error == DiskErrors.NoSpace ? new byte[] { 1, 1, 1, 1, 2, 2 } : [2, 2]));
    }

    [Test]
    public async Task Behind_half_a_record_that_cannot_be_cut_off_nothing_is_written_any_more()
    {
        await using var node = new TestNode();
        bool failed = false;
        var disk = new SimulatedDisk
        {
            WritesHalf = true,
            Fault = (_, what) =>
            {
                bool fails = what == "truncate" || (what == "append" && !failed);
                failed |= what == "append";
                return fails ? DiskErrors.Create(what == "append" ? DiskErrors.NoSpace : 5, "/disk") : null;
            },
        };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        List<string> told = [];
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk, told.Add));
        Task half = store.CommitAsync(new Change.Append("/disk/log", [1, 1, 1, 1]));
        Task behind = store.CommitAsync(new Change.Append("/disk/log", [2]));
        Assert.That(async () => await half, Throws.InstanceOf<IOException>());
        Assert.That(async () => await behind, Throws.InstanceOf<IOException>());
        Assert.That(async () => await store.CommitAsync(new Change.Append("/disk/log", [3])), Throws.InstanceOf<IOException>());
        Assert.That(disk.TryRead("/disk/log"), Is.EqualTo(new byte[] { 1, 1 }));
        Assert.That(told, Has.Count.EqualTo(1));
    }

    [TestCase(40)]
    [TestCase(300)]
    [TestCase(508)]
    [TestCase(600)]
    [TestCase(1500)]
    public async Task After_a_power_cut_no_record_is_found_behind_one_that_was_lost(int size)
    {
        (int images, int lost) = (0, 0);
        for (int stop = 1; stop < 20; stop++)
        {
            await using var node = new TestNode();
            var disk = new SimulatedDisk();
            disk.CreateDirectory("/disk", UnixFileMode.None);
            disk.SyncAll("/");
            CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
            await store.CommitAsync(new Change.Append("/disk/log", Record(0, 100)));
            disk.StopAt = disk.Steps.Count + stop;
            Task[] commits = [];
            await store.CallAsync(() =>
            {
                commits = [.. Enumerable.Range(1, 5).Select(index => store.CommitAsync(new Change.Append("/disk/log", Record(index, size + index))))];
            });
            await Task.WhenAll(commits).ContinueWith(static _ => { }, TaskScheduler.Default);
            for (int seed = 0; seed < 100; seed++)
            {
                FramedFile<TaskID> read = RecordFrames.Read(
                    disk.AfterPowerCut(new Random(seed)).TryRead("/disk/log")!, TaskID.Parser, static id => id.HasValue && id.Value.All(letter => letter == id.Value[0]));
                Assert.That(read.Error, Is.Null, $"at step {stop}, image {seed}");
                Assert.That(read.Messages, Has.Count.GreaterThanOrEqualTo(1 + commits.Count(static commit => commit.IsCompletedSuccessfully)));
                images++;
                lost += read.Messages.Count < 6 ? 1 : 0;
            }
        }

        TestContext.Out.WriteLine($"{images} images, {lost} with less than all records");
        Assert.That(lost, Is.GreaterThan(0));

        static byte[] Record(int index, int length) => RecordFrames.Frame(new TaskID { Value = new string((char)('a' + index), length) });
    }

    [TestCase("/disk/tasks/T/updates")]
    [TestCase("/disk/tasks/other")]
    public async Task Directories_left_by_a_request_that_found_no_space_are_durable_with_the_next_that_needs_them(string next)
    {
        await using var node = new TestNode();
        bool full = true;
        var disk = new SimulatedDisk { Fault = (_, what) => full && what is "append" ? DiskErrors.Create(DiskErrors.NoSpace, "/disk") : null };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        disk.SyncAll("/");
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task waits = store.CommitAsync(new Change.Append("/disk/tasks/T/updates", [1]));
        await store.ReadAsync(static _ => true);
        Assert.That(disk.DirectoryExists("/disk/tasks/T"));
        full = false;
        Task promised = next.EndsWith("updates", StringComparison.Ordinal) ? waits : store.CommitAsync(new Change.Replace(next, [2]));
        await node.AdvanceAsync(promised == waits ? CheckpointProcess.RetryInterval : TimeSpan.Zero);
        await promised;
        Assert.That(Enumerable.Range(0, 50).Select(seed => disk.AfterPowerCut(new Random(seed)).FileExists(next)), Has.All.True);
    }

    [Test]
    public async Task Every_file_system_that_is_written_to_is_made_durable()
    {
        await using var node = new TestNode();
        var disk = new SimulatedDisk { Mount = static path => path.StartsWith("/disk/two", StringComparison.Ordinal) ? "two" : "one" };
        disk.CreateDirectory("/disk", UnixFileMode.None);
        disk.CreateDirectory("/disk/two", UnixFileMode.None);
        disk.SyncAll("/");
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        await store.CommitAsync(
            [.. Enumerable.Range(0, 40).Select(static index => new Change.Replace($"/disk/{(index % 2 == 0 ? "one" : "two")}/{index}/file", [7]))]);
        Assert.That(disk.Steps.Count(static step => step.StartsWith("syncfs", StringComparison.Ordinal)), Is.EqualTo(5), "one before, then two of contents and of names each");
        foreach (int seed in Enumerable.Range(0, 20))
        {
            SimulatedDisk left = disk.AfterPowerCut(new Random(seed));
            Assert.That(Enumerable.Range(0, 40).Select(index => left.FileExists($"/disk/{(index % 2 == 0 ? "one" : "two")}/{index}/file")), Has.All.True);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_an_earlier_run_only_wrote_is_durable_once_it_is_settled(bool canSyncAll)
    {
        await using var node = new TestNode();
        var disk = new SimulatedDisk { CanSyncAll = canSyncAll, Mount = static path => path.StartsWith("/agent/meta", StringComparison.Ordinal) ? "meta" : "/" };
        foreach (string directory in new[] { "/agent", "/agent/meta", "/agent/meta/tasks", "/agent/slaves" })
        {
            disk.CreateDirectory(directory, UnixFileMode.None);
        }

        disk.Append("/agent/meta/tasks/updates", [1, 2, 3], UnixFileMode.None);
        disk.CreateLink("/agent/meta/latest", "/nowhere");
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk.AfterKill()));
        await store.SettleAsync("/agent/meta", ["/", "/agent", "/agent/slaves", "/agent/gone"]);
        SimulatedDisk settled = await store.ReadAsync(static files => (SimulatedDisk)files);
        foreach (int seed in Enumerable.Range(0, 20))
        {
            SimulatedDisk left = settled.AfterPowerCut(new Random(seed));
            Assert.That(left.TryRead("/agent/meta/tasks/updates"), Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(left.ReadLink("/agent/meta/latest"), Is.EqualTo("/nowhere"));
            Assert.That(left.DirectoryExists("/agent/slaves"));
        }
    }

    [Test]
    [Platform(Include = "Linux", Reason = "devices as Linux names them")]
    public async Task The_disk_of_this_machine_tells_file_systems_apart()
    {
        DiskFileSystem files = DiskFileSystem.Instance;
        string directory = Directory.CreateTempSubdirectory("storage-tests").FullName;
        string below = Directory.CreateDirectory(Path.Combine(directory, "below")).FullName;
        await File.WriteAllTextAsync(Path.Combine(below, "file"), "content");
        Assert.That(files.DeviceOf(directory), Is.Not.Null.And.EqualTo(files.DeviceOf(below)));
        Assert.That(files.DeviceOf("/proc"), Is.Not.EqualTo(files.DeviceOf(directory)));
        Assert.That(files.DeviceOf(Path.Combine(directory, "gone")), Is.Null);
        files.Sync(Path.Combine(below, "file"));
        files.Sync(below);
        files.SyncAll(below);
        Assert.That(() => files.Sync(Path.Combine(below, "gone")), Throws.InstanceOf<IOException>());
        await using var node = new TestNode();
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, files));
        await store.SettleAsync(directory, [Path.GetDirectoryName(directory)!, Path.Combine(directory, "gone")]);
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task What_waits_for_space_does_not_bring_an_older_content_or_a_deleted_directory_back()
    {
        await using var node = new TestNode();
        string directory = Directory.CreateTempSubdirectory("storage-tests").FullName;
        string file = Path.Combine(directory, "file"), gone = Path.Combine(directory, "gone", "mark");
        var disk = new FaultyDisk { IsFull = true };
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Directory.CreateDirectory(Path.GetDirectoryName(gone)!);
        Task older = store.CommitWhenThereIsSpaceAsync(new Change.Replace(file, [1]), new Change.Replace(file + "-2", [1]));
        Task mark = store.CommitWhenThereIsSpaceAsync(new Change.Replace(gone, [], InDirectory: true));
        await node.SettleAsync();
        Assert.That((older.IsCompleted, mark.IsCompleted), Is.EqualTo((false, false)));
        Directory.Delete(Path.GetDirectoryName(gone)!);
        disk.IsFull = false;
        await store.CommitAsync(new Change.Replace(file, [2]));
        await node.AdvanceAsync(CheckpointProcess.RetryInterval);
        await Task.WhenAll(older, mark);
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(new byte[] { 2 }));
        Assert.That(await File.ReadAllBytesAsync(file + "-2"), Is.EqualTo(new byte[] { 1 }));
        Assert.That(Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName), Is.EquivalentTo(new[] { "file", "file-2" }));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task Whatever_a_file_system_throws_nobody_waits_for_ever()
    {
        await using var node = new TestNode();
        string directory = Directory.CreateTempSubdirectory("storage-tests").FullName;
        var disk = new FaultyDisk { Fault = (_, path) => path.Contains("odd", StringComparison.Ordinal) ? new ArgumentException("not a path") : null };
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, disk));
        Task fails = store.CommitAsync(new Change.Replace(Path.Combine(directory, "odd"), [1]));
        Task fine = store.CommitAsync(new Change.Replace(Path.Combine(directory, "file"), [1]));
        Assert.That(async () => await fails, Throws.InstanceOf<IOException>().With.Message.Contains("not a path"));
        await fine;
        disk.Fault = static (what, _) => what == "sync" ? new ArgumentException("not to be synced") : null;
        Task unsynced = store.CommitAsync(new Change.Replace(Path.Combine(directory, "file"), [2]));
        Assert.That(async () => await unsynced, Throws.InstanceOf<IOException>().With.Message.Contains("not to be synced"));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public async Task The_disk_of_this_machine_does_what_the_simulated_one_does()
    {
        await using var node = new TestNode();
        string directory = Directory.CreateTempSubdirectory("storage-tests").FullName;
        CheckpointProcess store = node.Spawn(new CheckpointProcess(node.Manager, DiskFileSystem.Instance));
        string path = Path.Combine(directory, "a", "b", "file");
        await store.CommitAsync(
            [.. Enumerable.Range(0, 20).Select(index => new Change.Append(Path.Combine(directory, "logs", $"{index}"), [1, 2]))]);
        await store.CommitAsync(new Change.Replace(path, [1]), new Change.PointLink(Path.Combine(directory, "latest"), Path.Combine(directory, "a")));
        await store.CommitAsync(new Change.PointLink(Path.Combine(directory, "latest"), Path.Combine(directory, "gone")), new Change.Cut(Path.Combine(directory, "logs", "3"), 1));
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(new byte[] { 1 }));
        Assert.That(new FileInfo(Path.Combine(directory, "latest")).LinkTarget, Is.EqualTo(Path.Combine(directory, "gone")));
        Assert.That(Directory.EnumerateFiles(Path.Combine(directory, "logs")).Sum(file => new FileInfo(file).Length), Is.EqualTo(39));
        Assert.That(Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName), Is.EquivalentTo(new[] { "a", "latest", "logs" }));
        await store.CommitAsync(new Change.Remove(Path.Combine(directory, "latest")), new Change.Remove(path));
        Assert.That(Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName), Is.EquivalentTo(new[] { "a", "logs" }));
        Directory.Delete(directory, recursive: true);
    }

    [Test]
    public void A_file_of_records_is_read_as_far_as_it_is_whole()
    {
        byte[] records = RecordFrames.FrameAll(Enumerable.Range(0, 3).Select(index => new TaskID { Value = "task-" + index }));
        for (int length = 0; length <= records.Length; length++)
        {
            FramedFile<TaskID> read = Read(records[..length]);
            Assert.That(read.Error, Is.Null);
            Assert.That(read.Messages, Has.Count.EqualTo(length / (records.Length / 3)));
            Assert.That(read.Length, Is.EqualTo(read.Messages.Count * (records.Length / 3)));
        }
    }

    [Test]
    public void Zeros_at_the_end_were_never_written_and_rubbish_in_the_middle_is_damage()
    {
        byte[] record = RecordFrames.Frame(new TaskID { Value = "task" });
        Assert.That(Read([.. record, .. new byte[512]]) is { Error: null, Messages.Count: 1 });
        byte[] broken = [.. record];
        broken[4] = 0xFF;
        Assert.That(Read([.. record, .. broken]) is { Error: null, Messages.Count: 1 });
        Assert.That(Read([.. record, .. broken, .. record]).Error, Does.Contain("damaged"));
    }

    [TestCase("cpus:4;mem:1024", "cpus:5;mem:1024;gpus:1", null)]
    [TestCase("cpus:4;mem:1024", "cpus:3;mem:1024", "cpus")]
    [TestCase("ports:[1-10]", "ports:[0-20]", null)]
    [TestCase("ports:[1-10]", "ports:[2-20]", "ports")]
    [TestCase("cpus:4", "mem:4", "cpus")]
    public void Resources_may_grow_where_the_policy_is_additive(string before, string now, string? refused)
    {
        string? answer = SlaveInfoChanges.Refuse("additive", Info(before), Info(now));
        Assert.That(answer, refused is null ? Is.Null : Does.Contain(refused));
        Assert.That(SlaveInfoChanges.Refuse("equal", Info(before), Info(now)), Is.Not.Null);
        Assert.That(SlaveInfoChanges.Refuse("equal", Info(before), Info(before)), Is.Null);
    }

    [TestCase("rack:a", "rack:a;zone:b", null)]
    [TestCase("rack:a", "rack:b", "rack")]
    [TestCase("rack:a", "", "rack")]
    [TestCase("r:[1-5]", "r:[1-9]", null)]
    public void Attributes_may_be_added_where_the_policy_is_additive(string before, string now, string? refused)
    {
        string? answer = SlaveInfoChanges.Refuse("additive", Info("cpus:1", before), Info("cpus:1", now));
        Assert.That(answer, refused is null ? Is.Null : Does.Contain(refused));
    }

    [Test]
    public void Host_name_port_and_domain_stay_under_every_policy()
    {
        SlaveInfo before = Info("cpus:1");
        SlaveInfo now = Info("cpus:1");
        now.Hostname = "other";
        now.Port = 1;
        Assert.That(SlaveInfoChanges.Refuse("additive", before, now), Does.Contain("'host'").And.Contain("'other'").And.Contain("5051"));
    }

    private static FramedFile<TaskID> Read(byte[] file) => RecordFrames.Read(file, TaskID.Parser, static id => id.HasValue);

    private static SlaveInfo Info(string resources, string attributes = "")
    {
        var info = new SlaveInfo { Hostname = "host", Port = 5051 };
        Common.Resources.Parse(resources).CopyTo(info.Resources);
        Assert.That(Common.Attributes.TryParse(attributes, out IReadOnlyList<Attribute>? parsed, out _));
        info.Attributes.Add(parsed!);
        return info;
    }
}

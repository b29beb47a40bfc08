using LibProcess.Testing;
using Mesos.Slave.Gc;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

[TestFixture]
[Platform(Exclude = "Win", Reason = "needs links and rights of POSIX")]
internal sealed class DiskTests
{
    [TestCase(0, 6.3)]
    [TestCase(0.5, 2.8)]
    [TestCase(0.9, 0)]
    [TestCase(1, 0)]
    public void The_fuller_the_disk_the_shorter_sandboxes_are_kept(double used, double days) =>
        Assert.That(DiskWatch.MaxAge(TimeSpan.FromDays(7), headroom: 0.1, used).TotalDays, Is.EqualTo(days).Within(1e-9));

    [Test]
    public void What_a_task_has_shut_to_everybody_is_deleted_nevertheless()
    {
        string directory = Directory.CreateTempSubdirectory("shut").FullName;
        string inner = Directory.CreateDirectory(Path.Combine(directory, "a", "b")).FullName;
        File.WriteAllText(Path.Combine(inner, "c"), "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(inner, UnixFileMode.None);
            File.SetUnixFileMode(Path.Combine(directory, "a"), UnixFileMode.None);
        }

        DiskFileSystem.Instance.DeleteTree(directory);
        Assert.That(Directory.Exists(directory), Is.False);
    }

    [Test]
    public async Task A_work_directory_has_one_agent()
    {
        string directory = Directory.CreateTempSubdirectory("occupied").FullName;
        await using var node = new TestNode();
        using (WorkDirectoryLock? first = WorkDirectoryLock.TryTake(directory))
        {
            Assert.That(first, Is.Not.Null);
            Assert.That(WorkDirectoryLock.TryTake(directory), Is.Null);
            Assert.That(
                async () => await SlaveDaemon.StartAsync(node.Manager, new SlaveOptions { WorkDirectory = directory }, new FakeDetector()),
                Throws.InstanceOf<SlaveException>().With.Message.Contains($"'{directory}'"));
            Assert.That(Directory.EnumerateFileSystemEntries(directory), Is.Empty);
        }

        WorkDirectoryLock.TryTake(directory)!.Dispose();
        Directory.Delete(directory);
    }

    [Test]
    public void The_disk_of_this_machine_tells_how_full_it_is_and_takes_the_time_it_is_given()
    {
        string directory = Directory.CreateTempSubdirectory("touched").FullName;
        var time = new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero);
        DiskFileSystem.Instance.Touch(directory, time);
        Assert.That(DiskFileSystem.Instance.ChangedAt(directory), Is.EqualTo(time));
        Assert.That(DiskFileSystem.Instance.UsedShare(directory), Is.InRange(0, 1));
        Assert.That(DiskFileSystem.Instance.UsedShare("/no/such/\0"), Is.Null);
        Directory.Delete(directory);
        Assert.That(() => DiskFileSystem.Instance.Touch(directory, time), Throws.Nothing);
    }
}

using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests;

[TestFixture]
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[CancelAfter(60_000)]
internal sealed class TreeRemovalTests
{
    private string directory = null!;

    [SetUp]
    public void SetUp() => directory = Directory.CreateTempSubdirectory("removal").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_tree_goes_with_all_that_is_in_it_and_links_lead_nowhere()
    {
        string outside = Directory.CreateDirectory(At("outside")).FullName;
        await File.WriteAllTextAsync(At("outside", "kept"), "");
        Directory.CreateDirectory(At("tree", "a", "b", "c"));
        await File.WriteAllTextAsync(At("tree", "a", "file"), "");
        await File.WriteAllTextAsync(At("tree", "a", "shut"), "");
        File.SetUnixFileMode(At("tree", "a", "shut"), UnixFileMode.None);
        File.SetUnixFileMode(At("tree", "a", "b"), UnixFileMode.None);
        Directory.CreateSymbolicLink(At("tree", "to-directory"), outside);
        Directory.CreateSymbolicLink(At("tree", "a", "to-nothing"), "/no/such/file");
        DiskFileSystem.Instance.DeleteTree(At("tree") + "/");
        Assert.That(Directory.Exists(At("tree")), Is.False);
        Assert.That(File.Exists(At("outside", "kept")), Is.True);
    }

    [Test]
    public async Task A_link_a_file_and_nothing_are_left_as_they_are()
    {
        await File.WriteAllTextAsync(At("file"), "");
        Directory.CreateDirectory(At("other"));
        Directory.CreateSymbolicLink(At("link"), At("other"));
        foreach (string name in new[] { "file", "link", "nothing", "no/such/thing" })
        {
            DiskFileSystem.Instance.DeleteTree(At(name));
        }

        Assert.That(Directory.EnumerateFileSystemEntries(directory).Count(), Is.EqualTo(3));
    }

    [Test]
    public void A_tree_deeper_than_any_path_is_long_is_deleted()
    {
        // Each step puts what there is below a hundred directories more.
        const int Steps = 60;
        string inner = string.Join('/', Enumerable.Repeat("deep", 100));
        for (int step = 0; step < Steps; step++)
        {
            Directory.CreateDirectory(At("next", inner));
            File.WriteAllText(At("next", inner, "file"), "");
            if (step > 0)
            {
                Directory.Move(At("tree"), At("next", inner, "below"));
            }

            Directory.Move(At("next"), At("tree"));
        }

        Directory.CreateDirectory(At("tree", ".deep-0"));
        File.WriteAllText(At("tree", ".deep-1"), "in the way");
        DiskFileSystem.Instance.DeleteTree(At("tree"));
        Assert.That(Directory.EnumerateFileSystemEntries(directory), Is.Empty);
    }

    [Test]
    public async Task What_changes_places_with_links_while_it_is_deleted_never_leads_outside()
    {
        const int Sentinels = 50;
        Directory.CreateDirectory(At("outside", "inner"));
        for (int file = 0; file < Sentinels; file++)
        {
            await File.WriteAllTextAsync(At("outside", "inner", $"kept-{file}"), "");
        }

        using var stop = new CancellationTokenSource();
        Task swapping = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    _ = Posix.LibC.Rename(At("tree", "victim"), At("aside"));
                    _ = Posix.LibC.Rename(At("link"), At("tree", "victim"));
                    _ = Posix.LibC.Rename(At("tree", "victim"), At("link"));
                    _ = Posix.LibC.Rename(At("aside"), At("tree", "victim"));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (int round = 0; round < 300; round++)
        {
            try
            {
                // The one before may have been deleted in the victim's place.
                Directory.CreateSymbolicLink(At("link"), At("outside"));
            }
            catch (IOException)
            {
                // It is still there.
            }

            for (int file = 0; file < 20; file++)
            {
                try
                {
                    Directory.CreateDirectory(At("tree", "victim", "inner"));
                    await File.WriteAllTextAsync(At("tree", "victim", "inner", $"file-{file}"), "");
                }
                catch (IOException)
                {
                    // It has just been moved.
                }
            }

            try
            {
                DiskFileSystem.Instance.DeleteTree(At("tree"));
            }
            catch (IOException)
            {
                // What comes back all the time cannot be deleted.
            }
        }

        await stop.CancelAsync();
        await swapping;
        Assert.That(Directory.EnumerateFiles(At("outside", "inner"), "kept-*").Count(), Is.EqualTo(Sentinels));
    }

    private string At(params string[] names) => Path.Combine([directory, .. names]);
}

using Mesos.Slave.Containerizer;
using Mesos.Slave.Paths;
using Mesos.Slave.Posix;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Slave.Tests;

/// <summary>Persistent volumes as containers see them.</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "needs links of POSIX")]
internal sealed class VolumeLinkTests
{
    private string work = null!;
    private Accounts accounts = null!;
    private VolumeLinks links = null!;
    private SandboxVolumes sandbox = null!;

    [SetUp]
    public void SetUp()
    {
        work = Directory.CreateTempSubdirectory("volume-tests").FullName;
        accounts = new Accounts();
        links = new VolumeLinks(work, DiskFileSystem.Instance, accounts, NullLogger.Instance);
        sandbox = Sandbox("one");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(work, recursive: true);

    [Test]
    public void A_volume_is_seen_while_a_task_uses_it_and_its_data_stays()
    {
        Resource volume = Make("data");
        Update(sandbox, [volume, OperationRig.Reserved("cpus", 1)]);
        File.WriteAllText(Path.Combine(sandbox.Directory, "data", "file"), "x");
        Assert.That(File.ReadAllText(Path.Combine(VolumePaths.Of(work, volume), "file")), Is.EqualTo("x"));
        Update(sandbox, [volume]);
        Update(sandbox, []);
        Assert.That(Directory.GetFileSystemEntries(sandbox.Directory), Is.Empty);
        Assert.That(File.Exists(Path.Combine(VolumePaths.Of(work, volume), "file")), Is.True);
        Assert.That(accounts.Given, Is.Empty, "the agent's own user needs nothing");
    }

    [Test]
    public void A_link_an_earlier_run_of_the_agent_made_stays_and_another_is_refused()
    {
        Resource volume = Make("data");
        Update(sandbox, [volume]);
        Update(new SandboxVolumes(sandbox.Directory, null), [volume]);
        var again = new SandboxVolumes(sandbox.Directory, null);
        Assert.That(() => Update(again, [Make("other")]), Throws.InstanceOf<IOException>().With.Message.Contains("existing symlink"));
    }

    [Test]
    public void What_lies_in_the_way_is_not_removed()
    {
        File.WriteAllText(Path.Combine(sandbox.Directory, "data"), "mine");
        Assert.That(() => Update(sandbox, [Make("data")]), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(Path.Combine(sandbox.Directory, "data")), Is.EqualTo("mine"));
    }

    [TestCase("..")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("/etc/passwd")]
    [TestCase("a/b")]
    public void Names_that_are_no_file_of_the_sandbox_are_passed_over(string name)
    {
        Resource volume = Make("data");
        volume.Disk.Volume.ContainerPath = name;
        Update(sandbox, [volume]);
        Assert.That(Directory.GetFileSystemEntries(sandbox.Directory), Is.Empty);
    }

    [Test]
    public void Two_volumes_cannot_be_seen_under_one_name() =>
        Assert.That(() => Update(sandbox, [Make("data"), Make("other")]), Throws.InstanceOf<IOException>().With.Message.Contains("Two persistent volumes"));

    [Test]
    public void A_volume_belongs_to_the_user_of_the_container_and_a_shared_one_to_the_first()
    {
        SandboxVolumes mine = Sandbox("mine", "alice");
        SandboxVolumes theirs = Sandbox("theirs", "bob");
        Resource volume = Make("data", shared: true);
        Update(mine, [volume], theirs);
        Update(theirs, [volume], mine);
        Assert.That(accounts.Given, Is.EqualTo(new[] { (VolumePaths.Of(work, volume), "alice") }));
        Update(mine, [], theirs);
        Update(theirs, [], mine);
        Update(theirs, [volume], mine);
        Assert.That(accounts.Given[^1].User, Is.EqualTo("bob"));
    }

    [Test]
    public void Volumes_on_other_disks_lie_there()
    {
        Resource onPath = OperationRig.Volume();
        onPath.Disk.Source = new Resource.Types.DiskInfo.Types.Source
        {
            Type = Resource.Types.DiskInfo.Types.Source.Types.Type.Path,
            Path = new Resource.Types.DiskInfo.Types.Source.Types.Path { Root = "/mnt/a" },
        };
        Resource relative = onPath.Clone();
        relative.Disk.Source.Path.Root = "disks/b";
        Resource onMount = OperationRig.Volume();
        onMount.Disk.Source = new Resource.Types.DiskInfo.Types.Source
        {
            Type = Resource.Types.DiskInfo.Types.Source.Types.Type.Mount,
            Mount = new Resource.Types.DiskInfo.Types.Source.Types.Mount { Root = "/mnt/c" },
        };
        Resource raw = onMount.Clone();
        raw.Disk.Source.Type = Resource.Types.DiskInfo.Types.Source.Types.Type.Raw;
        Assert.That(VolumePaths.Of("/w", onPath), Is.EqualTo("/mnt/a/volumes/roles/eng web/data"));
        Assert.That(VolumePaths.Of("/w", relative), Is.EqualTo("/w/disks/b/volumes/roles/eng web/data"));
        Assert.That((VolumePaths.Of("/w", onMount), VolumePaths.IsMountPoint(onMount)), Is.EqualTo(("/mnt/c", true)));
        Assert.That(VolumePaths.Refuse(raw), Does.Contain("cannot hold persistent volumes"));
    }

    private void Update(SandboxVolumes volumes, Resource[] resources, params SandboxVolumes[] others) => links.Update(volumes, resources, others);

    private SandboxVolumes Sandbox(string name, string? owner = null) => new(Directory.CreateDirectory(Path.Combine(work, "sandboxes", name)).FullName, owner);

    private Resource Make(string id, bool shared = false)
    {
        Resource volume = OperationRig.Volume(id: id, shared: shared);
        Directory.CreateDirectory(VolumePaths.Of(work, volume));
        return volume;
    }

    private sealed class Accounts : IUserAccounts
    {
        public List<(string Directory, string User)> Given { get; } = [];

        public string Current => "agent";

        public bool CanSwitch => true;

        public void GiveDirectory(string directory, string user) => Given.Add((directory, user));
    }
}

using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Master.Registrar.Storage;

namespace Mesos.Master.Tests.Registrar;

/// <summary>The registry on a real disk.</summary>
public sealed class LocalRegistryTests
{
    private string directory = null!;

    [SetUp]
    public void SetUp() => directory = Directory.CreateTempSubdirectory("mesos-registry-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(directory, recursive: true);

    [Test]
    public void A_registry_is_there_after_a_restart_also_after_the_file_was_written_anew()
    {
        string path = Path.Combine(directory, "a", "b");
        for (byte start = 0; start < 3; start++)
        {
            using var log = new RegistryLog(new DiskRegistryDirectory(path), growth: 200);
            RecoveredRegistry recovered = log.Open();
            Assert.That(recovered.Registry.ToArray(), start == 0 ? Is.Empty : Is.EqualTo(new[] { (byte)(start - 1), (byte)19 }));
            for (byte number = 0; number < 20; number++)
            {
                log.Store([start, number]);
            }
        }
    }

    [Test]
    public void Only_one_master_uses_a_registry()
    {
        using var held = new DiskRegistryDirectory(directory);
        Assert.That(
            () => new DiskRegistryDirectory(directory),
            Throws.InstanceOf<IOException>().With.Message.Contains("another master seems to use it"));
    }

    [Test]
    [Platform("Linux")]
    public void A_directory_that_cannot_be_made_is_an_error_for_operators()
    {
        string file = Path.Combine(directory, "file");
        File.WriteAllText(file, "x");
        Assert.That(() => new DiskRegistryDirectory(Path.Combine(file, "registry")), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_master_leads_with_a_registry_on_disk_and_ends_with_a_sentence_where_it_is_damaged()
    {
        var options = new MasterOptions { WorkDirectory = directory, Registry = RegistryKind.Local };
        await using (var node = new TestNode(configure: WireMessageSchema.ApplyTo))
        await using (MasterDaemon master = MasterDaemon.Start(node.Manager, options))
        {
            await node.SettleAsync();
            Assert.That(master.Elected.IsCompletedSuccessfully, Is.True);
        }

        string file = Path.Combine(directory, "registry", RegistryLog.FileName);
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[30] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using (var node = new TestNode(configure: WireMessageSchema.ApplyTo))
        await using (MasterDaemon master = MasterDaemon.Start(node.Manager, options))
        {
            await node.SettleAsync();
            Assert.That(async () => await master.Completion, Throws.InstanceOf<IOException>().With.Message.Contains("it is damaged at byte 0"));
        }

        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(bytes), "it is left as it was found");
    }
}

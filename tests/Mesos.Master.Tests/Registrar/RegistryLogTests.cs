using System.Text;
using Mesos.Master.Registrar.Storage;

namespace Mesos.Master.Tests.Registrar;

public sealed class RegistryLogTests
{
    private const int Growth = 400;

    [Test]
    public void A_new_registry_is_empty()
    {
        RecoveredRegistry recovered = new RegistryLog(new UnreliableDisk()).Open();
        Assert.That(recovered.Registry.Length, Is.Zero);
        Assert.That(recovered.TornBytes, Is.Zero);
    }

    /// <summary>The power fails at every single operation of the disk, in every way; what was acknowledged is there afterwards.</summary>
    [Test]
    public void What_was_stored_survives_a_loss_of_power_at_any_moment(
        [Values] PowerLoss loss, [Values] bool keepsNames)
    {
        var whole = new UnreliableDisk();
        Assert.That(StoreUntilItFails(whole), Is.EqualTo(12));
        for (int operations = 0; operations < whole.Operations; operations++)
        {
            var disk = new UnreliableDisk { OperationsLeft = operations };
            int acknowledged = StoreUntilItFails(disk);
            UnreliableDisk restarted = disk.Restart(loss, keepsNames);
            int found = NumberIn(new RegistryLog(restarted, Growth).Open());
            Assert.That(found, Is.EqualTo(acknowledged).Or.EqualTo(acknowledged + 1), $"power lost at operation {operations}");

            // It can be used again, and once more.
            Assert.That(StoreUntilItFails(restarted, found), Is.EqualTo(12));
            Assert.That(NumberIn(new RegistryLog(restarted.Restart(loss, keepsNames), Growth).Open()), Is.EqualTo(12));
        }
    }

    [Test]
    public void A_disk_that_lies_about_syncing_is_caught_by_these_tests()
    {
        var disk = new UnreliableDisk { Lies = true };
        int acknowledged = StoreUntilItFails(disk);
        UnreliableDisk restarted = disk.Restart(PowerLoss.LosesUnsynced, keepsNames: false);
        Assert.That(NumberIn(new RegistryLog(restarted, Growth).Open()), Is.LessThan(acknowledged));
    }

    [TestCase("Input/output error")]
    [TestCase("No space left on device")]
    public void After_a_write_that_failed_nothing_is_stored_and_the_registry_is_as_it_was_acknowledged(string error)
    {
        var disk = new UnreliableDisk();
        var log = new RegistryLog(disk, Growth);
        log.Open();
        log.Store(Content(1));
        disk.Failure = new IOException(error);
        Assert.That(() => log.Store(Content(2)), Throws.InstanceOf<IOException>().With.Message.EqualTo(error));
        disk.Failure = null;
        Assert.That(() => log.Store(Content(3)), Throws.InstanceOf<IOException>().With.Message.Contains("an earlier store failed"));

        var again = new RegistryLog(disk.Restart(PowerLoss.KeepsUnsynced, keepsNames: true), Growth);
        RecoveredRegistry recovered = again.Open();
        Assert.That(NumberIn(recovered), Is.EqualTo(1));
        Assert.That(recovered.TornBytes, Is.GreaterThan(0));
        again.Store(Content(4));
    }

    [Test]
    public void A_full_disk_at_the_start_leaves_the_old_registry_alone()
    {
        var disk = new UnreliableDisk();
        Assert.That(StoreUntilItFails(disk), Is.EqualTo(12));
        var log = new RegistryLog(disk, Growth);
        log.Open();
        disk.Failure = new IOException("No space left on device");
        Assert.That(() => log.Store(Content(13)), Throws.InstanceOf<IOException>());
        disk.Failure = null;
        Assert.That(NumberIn(new RegistryLog(disk, Growth).Open()), Is.EqualTo(12));
    }

    [Test]
    public void A_disk_that_cannot_be_read_is_an_error()
    {
        var disk = new UnreliableDisk { Failure = new IOException("Input/output error") };
        Assert.That(() => new RegistryLog(disk).Open(), Throws.InstanceOf<IOException>());
    }

    /// <summary>One bit of a registry that was acknowledged turns over, at every place: it is found again or refused, never an older one.</summary>
    [Test]
    public void A_damaged_registry_is_refused_and_never_an_older_one_taken_for_it()
    {
        var whole = new UnreliableDisk();
        StoreUntilItFails(whole);
        for (int position = 0; position < whole.SizeOf(RegistryLog.FileName); position++)
        {
            UnreliableDisk disk = whole.Restart(PowerLoss.KeepsUnsynced, keepsNames: true);
            disk.Damage(RegistryLog.FileName, position, (byte)(1 << (position % 8)));
            try
            {
                Assert.That(NumberIn(new RegistryLog(disk, Growth).Open()), Is.EqualTo(12), $"bit of byte {position}");
            }
            catch (IOException exception)
            {
                Assert.That(exception.Message, Does.StartWith("The registry /disk/registry.log cannot be used: it is damaged at byte "));
            }
        }
    }

    [Test]
    public void A_registry_whose_name_is_lost_is_missed()
    {
        var disk = new UnreliableDisk();
        StoreUntilItFails(disk);
        disk.Forget(RegistryLog.FileName);
        Assert.That(() => new RegistryLog(disk).Open(), Throws.InstanceOf<IOException>().With.Message.Contains("is missing although it was stored"));
    }

    [Test]
    public void The_file_does_not_grow_for_ever()
    {
        var disk = new UnreliableDisk();
        var log = new RegistryLog(disk, Growth);
        log.Open();
        for (int number = 0; number < 1000; number++)
        {
            log.Store(Content(number % 10));
            Assert.That(disk.SizeOf(RegistryLog.FileName), Is.LessThan(Growth + 100));
        }
    }

    [Test]
    public void A_file_of_something_else_is_refused()
    {
        foreach (string text in (string[])["", "x", new string('\0', 100), "MREGMREGMREGMREGMREGMREGMREGMREG"])
        {
            var disk = new UnreliableDisk();
            disk.Create(RegistryLog.FileName).Append(Encoding.ASCII.GetBytes(text));
            Assert.That(() => new RegistryLog(disk).Open(), Throws.InstanceOf<IOException>().With.Message.Contains("cannot be used"), text);
        }
    }

    /// <summary>Stores the numbers from some on up to 12; gives back the last that was acknowledged.</summary>
    private static int StoreUntilItFails(UnreliableDisk disk, int from = 0)
    {
        int acknowledged = from;
        try
        {
            var log = new RegistryLog(disk, Growth);
            log.Open();
            while (acknowledged < 12)
            {
                log.Store(Content(acknowledged + 1));
                acknowledged++;
            }
        }
        catch (IOException)
        {
            // The test wanted it.
        }

        return acknowledged;
    }

    private static byte[] Content(int number) => Encoding.ASCII.GetBytes($"{number}:" + new string('x', 20 + number));

    private static int NumberIn(RecoveredRegistry recovered) =>
        recovered.Registry.Length == 0 ? 0 : int.Parse(Encoding.ASCII.GetString(recovered.Registry.Span).Split(':')[0]);
}

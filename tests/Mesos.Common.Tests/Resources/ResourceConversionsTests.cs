using Mesos.Proto;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;

namespace Mesos.Common.Tests.Bags;

public sealed class ResourceConversionsTests
{
    private static readonly ReservationInfo Web = new() { Type = ReservationType.Dynamic, Role = "web" };

    [Test]
    public void Reserve_and_unreserve_move_between_the_roles()
    {
        var all = Resources.Parse("cpus:4;mem:10");
        var reserved = Resources.Parse("cpus:1").PushReservation(Web);
        Operation reserve = new() { Type = OperationType.Reserve, Reserve = new() };
        reserved.CopyTo(reserve.Reserve.Resources);
        var after = Apply(all, reserve);
        Assert.That(after.ToString(), Is.EqualTo("cpus:3; mem:10; cpus(reservations: [(DYNAMIC,web)]):1"));

        Operation unreserve = new() { Type = OperationType.Unreserve, Unreserve = new() };
        reserved.CopyTo(unreserve.Unreserve.Resources);
        Assert.That(Apply(after, unreserve), Is.EqualTo(all));
    }

    [Test]
    public void Reserve_with_a_source_replaces_the_source()
    {
        var source = Resources.Parse("cpus:1").PushReservation(Web);
        Operation reserve = new() { Type = OperationType.Reserve, Reserve = new() };
        source.CopyTo(reserve.Reserve.Source);
        Resources.Parse("cpus:1").PushReservation(new ReservationInfo { Type = ReservationType.Dynamic, Role = "ads" }).CopyTo(reserve.Reserve.Resources);
        Assert.That(Apply(source, reserve).ToString(), Is.EqualTo("cpus(reservations: [(DYNAMIC,ads)]):1"));
    }

    [Test]
    public void Volumes_are_made_grown_shrunk_and_removed()
    {
        var all = Resources.Parse("disk(web):100");
        var volume = Volume(40);
        var created = Apply(all, new Operation { Type = OperationType.Create, Create = new() { Volumes = { volume } } });
        Assert.That(created.ToString(), Is.EqualTo("disk(reservations: [(STATIC,web)]):60; disk(reservations: [(STATIC,web)])[v]:40"));

        Operation grow = new() { Type = OperationType.GrowVolume, GrowVolume = new() { Volume = volume, Addition = Resources.Parse("disk(web):10").Single() } };
        var grown = Apply(created, grow);
        Assert.That(grown.ToString(), Is.EqualTo("disk(reservations: [(STATIC,web)]):50; disk(reservations: [(STATIC,web)])[v]:50"));

        Operation shrink = new() { Type = OperationType.ShrinkVolume, ShrinkVolume = new() { Volume = Volume(50), Subtract = new() { Value = 20 } } };
        var shrunk = Apply(grown, shrink);
        Assert.That(shrunk.PersistentVolumes().Scalar("disk"), Is.EqualTo(30));

        Operation destroy = new() { Type = OperationType.Destroy, Destroy = new() { Volumes = { Volume(30) } } };
        Assert.That(Apply(shrunk, destroy), Is.EqualTo(all));
    }

    [Test]
    public void A_shared_volume_in_use_cannot_be_removed()
    {
        var volume = Volume(10);
        volume.Shared = new();
        var two = Resources.From(volume) + volume;
        Operation destroy = new() { Type = OperationType.Destroy, Destroy = new() { Volumes = { volume } } };
        Assert.That(two.TryApply(destroy, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("in use"));
        Assert.That(Apply(Resources.From(volume), destroy), Is.EqualTo(Resources.Parse("disk(web):10")));
    }

    [Test]
    public void What_is_not_there_cannot_be_converted()
    {
        Operation create = new() { Type = OperationType.Create, Create = new() { Volumes = { Volume(40) } } };
        Assert.That(Resources.Parse("disk(web):30").TryApply(create, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("does not contain"));
    }

    [TestCase(OperationType.Launch)]
    [TestCase(OperationType.CreateDisk)]
    [TestCase(OperationType.Reserve)]
    [TestCase(OperationType.GrowVolume)]
    [TestCase((OperationType)99)]
    public void Operations_without_conversions_or_content_are_refused(OperationType type)
    {
        Assert.That(ResourceConversions.TryGet(new Operation { Type = type }, out _, out var error), Is.False);
        Assert.That(error, Is.Not.Empty);
    }

    [Test]
    public void Checkpointed_resources_take_the_place_of_plain_ones()
    {
        var reserved = Resources.Parse("cpus:1").PushReservation(Web);
        var volume = Volume(10);
        volume.Reservations.Add(new ReservationInfo { Type = ReservationType.Dynamic, Role = "web/a" });
        var kept = reserved + volume;
        Assert.That(ResourceConversions.TryApplyCheckpointed(Resources.Parse("cpus:2;disk(web):30"), kept, out var result, out var error), Is.True, error);
        Assert.That(result, Is.EqualTo(Resources.Parse("cpus:1;disk(web):20") + kept));

        Assert.That(ResourceConversions.TryApplyCheckpointed(Resources.Parse("cpus:0.5"), reserved, out _, out error), Is.False);
        Assert.That(error, Does.Contain("does not contain"));
        Assert.That(ResourceConversions.TryApplyCheckpointed(Resources.Parse("cpus:1"), Resources.Parse("cpus:1"), out _, out _), Is.False);
    }

    private static Resources Apply(Resources resources, Operation operation)
    {
        Assert.That(resources.TryApply(operation, out var result, out var error), Is.True, error);
        return result!;
    }

    private static Resource Volume(double size)
    {
        var volume = Resources.Parse("disk(web):1").Single().Clone();
        volume.Scalar.Value = size;
        volume.Disk = new() { Persistence = new() { Id = "v" } };
        return volume;
    }
}

using Mesos.Proto;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;

namespace Mesos.Common.Tests.Bags;

public sealed class ResourcesTests
{
    [Test]
    public void Sums_merge_what_differs_in_amount_only()
    {
        var sum = Resources.Parse("cpus:1;mem:10;ports:[1-5];disks:{a}") + Resources.Parse("cpus:0.5;cpus(web):2;ports:[6-9, 20-21];disks:{b}");
        Assert.That(sum.ToString(), Is.EqualTo("cpus:1.5; mem:10; ports:[1-9, 20-21]; disks:{a, b}; cpus(reservations: [(STATIC,web)]):2"));
        Assert.That(sum.Cpus, Is.EqualTo(3.5));
    }

    [Test]
    public void Scalars_count_in_thousandths()
    {
        var tenth = Resources.Parse("cpus:0.1");
        var sum = Resources.Empty;
        for (var i = 0; i < 10; i++)
        {
            sum += tenth;
        }

        Assert.That(sum.Cpus, Is.EqualTo(1.0));
        Assert.That(sum, Is.EqualTo(Resources.Parse("cpus:1.00001")));
        Assert.That((sum - tenth).Cpus, Is.EqualTo(0.9));
    }

    [Test]
    public void Differences_drop_what_becomes_nothing_or_negative_and_keep_the_order()
    {
        var all = Resources.Parse("cpus:4;mem:512;ports:[1-10];disks:{a,b}");
        Assert.That((all - Resources.Parse("cpus:4;ports:[3-5]")).ToString(), Is.EqualTo("mem:512; ports:[1-2, 6-10]; disks:{a, b}"));
        Assert.That((all - Resources.Parse("cpus:5;mem:12;disks:{b,c}")).ToString(), Is.EqualTo("mem:500; ports:[1-10]; disks:{a}"));
        Assert.That(all - all, Is.EqualTo(Resources.Empty));
    }

    [Test]
    public void Subtracting_a_part_leaves_the_rest()
    {
        var rest = Resources.Parse("ports:[1-10, 20-30]") - Resources.Parse("ports:[5-25]");
        Assert.That(rest.ToString(), Is.EqualTo("ports:[1-4, 26-30]"));
    }

    [TestCase("cpus:4;mem:10", "cpus:4", true)]
    [TestCase("cpus:4;mem:10", "cpus:4.001", false)]
    [TestCase("cpus:4;mem:10", "cpus:1;mem:11", false)]
    [TestCase("cpus(web):4", "cpus:1", false)]
    [TestCase("cpus(web):4;cpus:1", "cpus:1;cpus(web):1", true)]
    [TestCase("ports:[1-10]", "ports:[2-3, 5-6]", true)]
    [TestCase("ports:[1-10]", "ports:[2-11]", false)]
    [TestCase("disks:{a,b}", "disks:{b}", true)]
    [TestCase("disks:{a,b}", "disks:{c}", false)]
    [TestCase("cpus:1", "gpus:1", false)]
    public void Contains_compares_kind_by_kind(string outer, string inner, bool expected)
    {
        Assert.That(Resources.Parse(outer).Contains(Resources.Parse(inner)), Is.EqualTo(expected));
    }

    [Test]
    public void Equality_ignores_order()
    {
        Assert.That(Resources.Parse("cpus:1;mem:2"), Is.EqualTo(Resources.Parse("mem:2;cpus:1")));
        Assert.That(Resources.Parse("cpus:1"), Is.Not.EqualTo(Resources.Parse("cpus:2")));
        Assert.That(Resources.Parse("disks:{a,b}"), Is.EqualTo(Resources.Parse("disks:{b,a}")));
        Assert.That(Resources.Parse("cpus:1;mem:2").GetHashCode(), Is.EqualTo(Resources.Parse("mem:2;cpus:1").GetHashCode()));
    }

    [Test]
    public void Invalid_and_empty_resources_are_left_out()
    {
        Resource[] odd =
        [
            Scalar("cpus", 0), Scalar("mem", -1), Scalar("", 1), Scalar("cpus", double.NaN), Scalar("cpus", 0.0001),
            Scalar("cpus", double.PositiveInfinity), new Resource { Name = "cpus" }, Scalar("gpus", 1),
        ];
        Assert.That(Resources.From(odd).ToString(), Is.EqualTo("gpus:1"));
        Assert.That(Resources.Parse("cpus:1").Contains(Scalar("cpus", -1)), Is.False);
    }

    [Test]
    public void The_older_format_is_understood_everywhere()
    {
        Resource older = Scalar("cpus", 2);
        older.Role = "web";
        older.Reservation = new ReservationInfo { Principal = "bob" };
        var resources = Resources.From(older);
        Assert.That(resources.ToString(), Is.EqualTo("cpus(reservations: [(DYNAMIC,web,bob)]):2"));
        Assert.That(resources.Contains(older), Is.True);
        Assert.That(older.Role, Is.EqualTo("web"), "the argument is not changed");
    }

    [Test]
    public void Selections_go_by_role_and_kind()
    {
        var all = Resources.Parse("cpus:1;cpus(eng):2;cpus(eng/web):4;mem(ads):8");
        Assert.Multiple(() =>
        {
            Assert.That(all.Unreserved().Cpus, Is.EqualTo(1));
            Assert.That(all.Reserved("eng").Cpus, Is.EqualTo(2));
            Assert.That(all.Reserved().Count, Is.EqualTo(3));
            Assert.That(all.AllocatableTo("eng/web").Cpus, Is.EqualTo(7));
            Assert.That(all.AllocatableTo("eng").Cpus, Is.EqualTo(3));
            Assert.That(all.ReservedToRoleSubtree("eng").Cpus, Is.EqualTo(6));
            Assert.That(all.ReservationsByRole().Keys, Is.EqualTo(new[] { "eng", "eng/web", "ads" }));
            Assert.That(all.Named("mem").Count, Is.EqualTo(1));
            Assert.That(all.Names, Is.EqualTo(new[] { "cpus", "mem" }));
            Assert.That(all.ToUnreserved().ToString(), Is.EqualTo("cpus:7; mem:8"));
            Assert.That(all.StrippedScalars().ToString(), Is.EqualTo("cpus:7; mem:8"));
        });
    }

    [Test]
    public void Allocation_is_put_on_and_taken_off()
    {
        var free = Resources.Parse("cpus:1;mem:2");
        var allocated = free.Allocate("eng");
        Assert.That(allocated.ToString(), Is.EqualTo("cpus(allocated: eng):1; mem(allocated: eng):2"));
        Assert.That(allocated, Is.Not.EqualTo(free));
        Assert.That(allocated.Unallocate(), Is.EqualTo(free));
        Assert.That(free.ToString(), Is.EqualTo("cpus:1; mem:2"));
        var two = allocated + free.Allocate("ads");
        Assert.That(two.Count, Is.EqualTo(4));
        Assert.That(two.Unallocate().ToString(), Is.EqualTo("cpus:2; mem:4"));
        Assert.That(two.AllocationsByRole().Keys, Is.EquivalentTo(new[] { "eng", "ads" }));
        Assert.That(two.AllocatedToRoleSubtree("eng").Cpus, Is.EqualTo(1));
    }

    [Test]
    public void Reservations_stack_up_and_come_off()
    {
        ReservationInfo eng = new() { Type = ReservationType.Dynamic, Role = "eng", Principal = "bob" };
        ReservationInfo web = new() { Type = ReservationType.Dynamic, Role = "eng/web" };
        var once = Resources.Parse("cpus:1").PushReservation(eng);
        var twice = once.PushReservation(web);
        Assert.That(twice.ToString(), Is.EqualTo("cpus(reservations: [(DYNAMIC,eng,bob),(DYNAMIC,eng/web)]):1"));
        Assert.That(twice.PopReservation(), Is.EqualTo(once));
        Assert.That(once.PopReservation(), Is.EqualTo(Resources.Parse("cpus:1")));
        Assert.That(() => twice.PushReservation(eng), Throws.ArgumentException);
    }

    [Test]
    public void Volumes_are_indivisible_and_stay_apart()
    {
        var volume = Volume("vol1", 64);
        var bag = Resources.From([volume, Scalar("disk", 100)]);
        Assert.That(bag.Count, Is.EqualTo(2));
        Assert.That(bag.Contains(volume), Is.True);
        Assert.That(bag.Contains(Volume("vol1", 32)), Is.False);
        Assert.That(bag.Contains(Resources.From(volume) + Resources.From(Volume("vol1", 64))), Is.False, "two equal volumes need two");
        Assert.That(bag.PersistentVolumes().ToString(), Is.EqualTo("disk(reservations: [(STATIC,web)])[vol1:data]:64"));
        Assert.That((bag - volume).ToString(), Is.EqualTo("disk:100"));
    }

    [Test]
    public void Shared_resources_are_counted_in_copies()
    {
        var shared = Volume("vol1", 64);
        shared.Shared = new Resource.Types.SharedInfo();
        var one = Resources.From(shared);
        var two = one + one;
        Assert.That(two.Count, Is.EqualTo(1));
        Assert.That(two.CountOf(shared), Is.EqualTo(2));
        Assert.That(two.Contains(one) && !one.Contains(two), Is.True);
        Assert.That(two - one, Is.EqualTo(one));
        Assert.That(two - one - one, Is.EqualTo(Resources.Empty));
        Assert.That(one.Shared().Count, Is.EqualTo(1));
    }

    [Test]
    public void Revocable_resources_stay_apart()
    {
        var revocable = Scalar("cpus", 1);
        revocable.Revocable = new Resource.Types.RevocableInfo();
        var bag = Resources.Parse("cpus:1") + revocable;
        Assert.That(bag.ToString(), Is.EqualTo("cpus:1; cpus{REV}:1"));
        Assert.That(bag.Revocable().Cpus, Is.EqualTo(1));
        Assert.That(bag.NonRevocable(), Is.EqualTo(Resources.Parse("cpus:1")));
    }

    [Test]
    public void Find_takes_from_the_role_first_then_the_unreserved_then_the_rest()
    {
        var all = Resources.Parse("cpus:1;cpus(web):1;cpus(ads):4;mem:100");
        Assert.That(all.Find(Resources.Parse("cpus(web):1.5"))?.ToString(), Is.EqualTo("cpus(reservations: [(STATIC,web)]):1; cpus:0.5"));
        Assert.That(all.Find(Resources.Parse("cpus:3"))?.ToString(), Is.EqualTo("cpus:1; cpus(reservations: [(STATIC,web)]):1; cpus(reservations: [(STATIC,ads)]):1"));
        Assert.That(all.Find(Resources.Parse("cpus:7")), Is.Null);
        Assert.That(all.Find(Resources.Parse("gpus:1")), Is.Null);
    }

    [Test]
    public void What_is_handed_out_and_taken_in_is_copied()
    {
        var source = Scalar("cpus", 1);
        var bag = Resources.From(source);
        source.Scalar.Value = 5;
        bag.ToRepeatedField()[0].Scalar.Value = 7;
        Assert.That(bag.Cpus, Is.EqualTo(1));
    }

    [Test]
    public void Amounts_have_names()
    {
        var all = Resources.Parse("cpus:2;gpus:1;mem:512.7;disk:10;ports:[1-2]");
        Assert.Multiple(() =>
        {
            Assert.That(all.Gpus, Is.EqualTo(1));
            Assert.That(all.Mem, Is.EqualTo(Common.Values.Bytes.Megabytes(512)));
            Assert.That(all.Disk, Is.EqualTo(Common.Values.Bytes.Megabytes(10)));
            Assert.That(all.Ports?.Range, Has.Count.EqualTo(1));
            Assert.That(Resources.Empty.Cpus, Is.Null);
            Assert.That(Resources.Empty.Mem, Is.Null);
            Assert.That(Resources.Empty.Ports, Is.Null);
        });
    }

    private static Resource Scalar(string name, double value) =>
        new() { Name = name, Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = value } };

    private static Resource Volume(string id, double size)
    {
        var volume = Scalar("disk", size);
        volume.Reservations.Add(new ReservationInfo { Type = ReservationType.Static, Role = "web" });
        volume.Disk = new Resource.Types.DiskInfo
        {
            Persistence = new Resource.Types.DiskInfo.Types.Persistence { Id = id },
            Volume = new Volume { ContainerPath = "data", Mode = Proto.Volume.Types.Mode.Rw },
        };
        return volume;
    }
}

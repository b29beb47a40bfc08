using Mesos.Proto;
using Mesos.Proto.Internal;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;

namespace Mesos.Common.Tests.Bags;

public sealed class ResourceFormatTests
{
    [Test]
    public void Unreserved_resources_lose_and_gain_the_star()
    {
        Resource resource = new() { Name = "cpus", Role = "*" };
        ResourceFormat.Upgrade(resource);
        Assert.That(resource.HasRole, Is.False);
        Assert.That(resource.Reservations, Is.Empty);
        Assert.That(ResourceFormat.TryDowngrade(resource), Is.True);
        Assert.That(resource.HasRole && resource.Role == "*", Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void One_reservation_goes_both_ways(bool atRunTime)
    {
        Resource older = new() { Name = "cpus", Role = "web" };
        if (atRunTime)
        {
            older.Reservation = new ReservationInfo { Principal = "bob" };
        }

        var resource = older.Clone();
        ResourceFormat.Upgrade(resource);
        Assert.That(resource.Reservations, Has.Count.EqualTo(1));
        Assert.That(resource.Reservations[0].Type, Is.EqualTo(atRunTime ? ReservationType.Dynamic : ReservationType.Static));
        Assert.That(resource.Reservations[0].Role, Is.EqualTo("web"));
        Assert.That(resource.HasRole || resource.Reservation is not null, Is.False);
        Assert.That(ResourceFormat.TryDowngrade(resource), Is.True);
        Assert.That(resource, Is.EqualTo(older));
    }

    [Test]
    public void Endpoints_show_both_formats_while_both_can_say_it()
    {
        Resource one = Reserved("cpus", "eng");
        ResourceFormat.ToEndpoint(one);
        Assert.That((one.Role, one.Reservations.Count), Is.EqualTo(("eng", 1)));
        var refined = Reserved("cpus", "eng", "eng/web");
        ResourceFormat.ToEndpoint(refined);
        Assert.That(refined.HasRole, Is.False);
        ResourceFormat.Upgrade(one);
        Assert.That(one, Is.EqualTo(Reserved("cpus", "eng")));
    }

    [Test]
    public void A_message_is_upgraded_at_every_depth()
    {
        RegisterSlaveMessage message = new() { Slave = new SlaveInfo { Hostname = "a" } };
        message.Slave.Resources.Add(new Resource { Name = "cpus", Role = "web" });
        message.CheckpointedResources.Add(new Resource { Name = "disk", Role = "*" });
        ResourceFormat.UpgradeAll(message);
        Assert.That(message.Slave.Resources[0].Reservations, Has.Count.EqualTo(1));
        Assert.That(message.CheckpointedResources[0].HasRole, Is.False);
    }

    [Test]
    public void Downgrading_a_message_stops_at_the_first_refined_resource()
    {
        TaskInfo task = new() { Executor = new ExecutorInfo() };
        task.Resources.Add(Reserved("cpus", "eng"));
        task.Resources.Add(Reserved("mem", "eng", "eng/web"));
        task.Resources.Add(Reserved("disk", "eng"));
        task.Executor.Resources.Add(Reserved("cpus", "eng"));
        Assert.That(ResourceFormat.TryDowngradeAll(task), Is.False);
        Assert.That(task.Resources[0].HasRole, Is.True);
        Assert.That(task.Resources[1].Reservations, Has.Count.EqualTo(2));
        Assert.That(task.Resources[2].HasRole, Is.False);
        Assert.That(task.Executor.Resources[0].HasRole, Is.False);
    }

    private static Resource Reserved(string name, params string[] roles)
    {
        Resource resource = new() { Name = name };
        resource.Reservations.AddRange(roles.Select(role => new ReservationInfo { Type = ReservationType.Dynamic, Role = role }));
        return resource;
    }
}

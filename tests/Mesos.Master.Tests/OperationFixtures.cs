using Mesos.Common;
using Mesos.Proto;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Master.Tests;

/// <summary>Operations on offers, as frameworks write them.</summary>
internal static class OperationFixtures
{
    public static Resource Reserved(string text, string role, string? principal = null)
    {
        Resource resource = Resources.Parse(text).Single().Clone();
        resource.Reservations.Add(new Resource.Types.ReservationInfo { Type = ReservationType.Dynamic, Role = role });
        if (principal is not null)
        {
            resource.Reservations[^1].Principal = principal;
        }

        return resource;
    }

    public static Resource Volume(string id, double size, string role, string? principal = null)
    {
        Resource resource = Reserved($"disk:{size}", role, principal);
        resource.Disk = new Resource.Types.DiskInfo
        {
            Persistence = new Resource.Types.DiskInfo.Types.Persistence { Id = id },
            Volume = new Volume { ContainerPath = "data", Mode = Proto.Volume.Types.Mode.Rw },
        };
        if (principal is not null)
        {
            resource.Disk.Persistence.Principal = principal;
        }

        return resource;
    }

    /// <summary>Storage of a resource provider that is no disk yet.</summary>
    public static Resource Raw(string provider, double size = 100)
    {
        Resource resource = Resources.Parse($"disk:{size}").Single().Clone();
        resource.ProviderId = new ResourceProviderID { Value = provider };
        resource.Disk = new Resource.Types.DiskInfo
        {
            Source = new Resource.Types.DiskInfo.Types.Source { Type = SourceType.Raw, Profile = "fast" },
        };
        return resource;
    }

    public static Operation Reserve(params Resource[] resources) =>
        new() { Type = OperationType.Reserve, Reserve = new Operation.Types.Reserve { Resources = { resources } } };

    public static Operation Unreserve(params Resource[] resources) =>
        new() { Type = OperationType.Unreserve, Unreserve = new Operation.Types.Unreserve { Resources = { resources } } };

    public static Operation Create(params Resource[] volumes) =>
        new() { Type = OperationType.Create, Create = new Operation.Types.Create { Volumes = { volumes } } };

    public static Operation Destroy(params Resource[] volumes) =>
        new() { Type = OperationType.Destroy, Destroy = new Operation.Types.Destroy { Volumes = { volumes } } };

    public static Operation Grow(Resource volume, Resource addition) => new()
    {
        Type = OperationType.GrowVolume,
        GrowVolume = new Operation.Types.GrowVolume { Volume = volume, Addition = addition },
    };

    public static Operation Shrink(Resource volume, double by) => new()
    {
        Type = OperationType.ShrinkVolume,
        ShrinkVolume = new Operation.Types.ShrinkVolume { Volume = volume, Subtract = new Value.Types.Scalar { Value = by } },
    };

    public static Operation CreateDisk(Resource source) => new()
    {
        Type = OperationType.CreateDisk,
        CreateDisk = new Operation.Types.CreateDisk { Source = source, TargetType = SourceType.Mount },
    };

    public static Operation Launch(TaskInfo task) => Peers.FakeScheduler.Operation(task);

    public static Operation WithId(this Operation operation, string id)
    {
        operation.Id = new OperationID { Value = id };
        return operation;
    }
}

using Google.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Paths;
using OperationInfo = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;
using ResourceState = Mesos.Proto.Internal.Slave.ResourceState;

namespace Mesos.Slave.Tests.Support;

/// <summary>What tests of operations say and look at.</summary>
internal sealed class OperationRig(SlaveRig rig)
{
    public const string Role = "eng/web";

    public const string StaticDisk = $"disk({Role}):1000";

    private byte operations;

    public UUID Version { get; set; } = rig.ResourceVersion;

    public string Meta => SlavePaths.Meta(rig.WorkDirectory);

    /// <summary>The directory of the volume of <see cref="Volume"/>.</summary>
    public string VolumeDirectory => Path.Combine(rig.WorkDirectory, "volumes", "roles", "eng web", "data");

    public static UUID Uuid(byte last)
    {
        byte[] bytes = new byte[16];
        (bytes[6], bytes[15]) = (0x40, last);
        return new UUID { Value = ByteString.CopyFrom(bytes) };
    }

    public static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    public static Guid GuidOf(UUID uuid) => UuidBytes.TryParse(uuid.Value, out Guid guid) ? guid : throw new FormatException();

    public static Resource Reserved(string name, double amount, bool allocated = true)
    {
        var resource = new Resource
        {
            Name = name,
            Type = Value.Types.Type.Scalar,
            Scalar = new Value.Types.Scalar { Value = amount },
            AllocationInfo = allocated ? new Resource.Types.AllocationInfo { Role = Role } : null,
        };
        resource.Reservations.Add(new Resource.Types.ReservationInfo { Role = Role, Type = ReservationType.Dynamic, Principal = "p" });
        return resource;
    }

    public static Resource Volume(double amount = 100, bool allocated = true, string id = "data", bool shared = false)
    {
        Resource volume = Reserved("disk", amount, allocated);
        volume.Shared = shared ? new Resource.Types.SharedInfo() : null;
        volume.Disk = new Resource.Types.DiskInfo
        {
            Persistence = new Resource.Types.DiskInfo.Types.Persistence { Id = id, Principal = "p" },
            Volume = new Volume { ContainerPath = "data", Mode = Proto.Volume.Types.Mode.Rw },
        };
        return volume;
    }

    /// <summary>A volume on what an operator has reserved with <see cref="StaticDisk"/>.</summary>
    public static Resource StaticVolume(string id)
    {
        Resource volume = Volume(id: id);
        volume.Reservations[0] = new Resource.Types.ReservationInfo { Role = Role, Type = ReservationType.Static };
        return volume;
    }

    public static OperationInfo Reserve(params Resource[] resources) =>
        new() { Type = OperationType.Reserve, Reserve = new OperationInfo.Types.Reserve { Resources = { resources } } };

    public static OperationInfo Unreserve(params Resource[] resources) =>
        new() { Type = OperationType.Unreserve, Unreserve = new OperationInfo.Types.Unreserve { Resources = { resources } } };

    public static OperationInfo Create(params Resource[] volumes) =>
        new() { Type = OperationType.Create, Create = new OperationInfo.Types.Create { Volumes = { volumes } } };

    public static OperationInfo Destroy(params Resource[] volumes) =>
        new() { Type = OperationType.Destroy, Destroy = new OperationInfo.Types.Destroy { Volumes = { volumes } } };

    /// <summary>What the master sends, with a uuid that counts up.</summary>
    public ApplyOperationMessage Message(OperationInfo info)
    {
        info = info.Clone();
        operations++;
        info.Id ??= new OperationID { Value = "op-" + operations };
        return new ApplyOperationMessage
        {
            FrameworkId = new FrameworkID { Value = SlaveRig.FrameworkId },
            OperationInfo = info,
            OperationUuid = Uuid(operations),
            ResourceVersionUuid = new ResourceVersionUUID { Uuid = Version.Clone() },
        };
    }

    /// <summary>Applies an operation and takes what comes of it out of what the master got.</summary>
    public async Task<UpdateOperationStatusMessage> ApplyAsync(OperationInfo info)
    {
        await rig.FromMasterAsync(Message(info));
        UpdateOperationStatusMessage outcome = rig.Master.Only<UpdateOperationStatusMessage>();
        rig.Master.Forget();
        return outcome;
    }

    public async Task ApplyAndAcknowledgeAsync(params OperationInfo[] infos)
    {
        foreach (OperationInfo info in infos)
        {
            UpdateOperationStatusMessage outcome = await ApplyAsync(info);
            Assert.That(outcome.Status.State, Is.EqualTo(OperationState.OperationFinished), outcome.Status.Message);
            await AcknowledgeAsync(outcome);
        }
    }

    public Task AcknowledgeAsync(UpdateOperationStatusMessage outcome) => rig.FromMasterAsync(
        new AcknowledgeOperationStatusMessage { StatusUuid = outcome.Status.Uuid.Clone(), OperationUuid = outcome.OperationUuid.Clone() });

    /// <summary>Kills the agent and starts it again, registered.</summary>
    public async Task<ReregisterSlaveMessage> RestartAsync()
    {
        await rig.KillAsync();
        await rig.StartAsync();
        await rig.ReregisterAsync();
        ReregisterSlaveMessage said = rig.Master.Only<ReregisterSlaveMessage>();
        Version = said.ResourceVersionUuid;
        return said;
    }

    /// <summary>What is written down of resources and operations.</summary>
    public ResourceState Written()
    {
        byte[]? file = rig.Files.TryRead(SlavePaths.ResourceState(Meta));
        if (file is null)
        {
            return new ResourceState();
        }

        Assert.That(BitConverter.ToInt32(file), Is.EqualTo(file.Length - 4));
        return ResourceState.Parser.ParseFrom(file.AsSpan(4));
    }

    public string StreamDirectory(UUID operation) => Path.GetDirectoryName(SlavePaths.OperationUpdates(Meta, SlaveRig.SlaveId, GuidOf(operation).ToString()))!;
}

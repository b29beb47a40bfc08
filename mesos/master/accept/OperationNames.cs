using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Accept;

/// <summary>Operations as frameworks know them.</summary>
internal static class OperationNames
{
    public static string Of(OperationType type) => type switch
    {
        OperationType.Launch => "LAUNCH",
        OperationType.LaunchGroup => "LAUNCH_GROUP",
        OperationType.Reserve => "RESERVE",
        OperationType.Unreserve => "UNRESERVE",
        OperationType.Create => "CREATE",
        OperationType.Destroy => "DESTROY",
        OperationType.GrowVolume => "GROW_VOLUME",
        OperationType.ShrinkVolume => "SHRINK_VOLUME",
        OperationType.CreateDisk => "CREATE_DISK",
        OperationType.DestroyDisk => "DESTROY_DISK",
        _ => "UNKNOWN",
    };
}

namespace Mesos.Slave.Storage;

/// <summary>Names in checkpoints that are not those of the original.</summary>
internal static class CheckpointNames
{
    /// <summary>How the names of files begin that are not complete yet.</summary>
    public const string Temporary = ".tmp-";
}

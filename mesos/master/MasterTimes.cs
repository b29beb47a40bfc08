namespace Mesos.Master;

/// <summary>When the master started and began to lead.</summary>
internal sealed class MasterTimes(DateTimeOffset started)
{
    public DateTimeOffset Started => started;

    /// <summary>Null while it does not lead.</summary>
    public DateTimeOffset? Elected { get; set; }
}

namespace Mesos.Slave;

/// <summary>What an agent does with what an earlier run left in its work directory.</summary>
public enum SlaveRecovery
{
    /// <summary>It goes on: keeps its id, takes up its executors, delivers what was not acknowledged. The default.</summary>
    Reconnect,

    /// <summary>It ends the executors that are left, and then itself. For an upgrade that cannot go on.</summary>
    Cleanup,

    /// <summary>It begins anew under another id; executors that are left are killed.</summary>
    StartAnew,
}

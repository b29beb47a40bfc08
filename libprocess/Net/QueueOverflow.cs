namespace LibProcess.Net;

/// <summary>What happens to a message for a node that takes less than it is sent.</summary>
public enum QueueOverflow
{
    /// <summary>
    /// The connection is given up and everything queued on it is lost; whoever is linked is told that the peer has exited. A peer
    /// that cannot be served counts as gone, as one does whose connection breaks.
    /// </summary>
    BreakLink,

    /// <summary>The message is dropped and counted; the connection, and what waits on it already, stays.</summary>
    DropNewest,
}

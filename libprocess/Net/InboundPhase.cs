namespace LibProcess.Net;

/// <summary>What an accepted connection waits for.</summary>
internal enum InboundPhase
{
    /// <summary>The first byte.</summary>
    Silent,

    /// <summary>The first byte of a further request.</summary>
    Between,

    /// <summary>The rest of a head.</summary>
    Head,

    /// <summary>The rest of a body.</summary>
    Body,

    /// <summary>Something on this side, or nothing in particular.</summary>
    HeldUp,

    /// <summary>It has carried a message between processes: it may be slow and idle for ever.</summary>
    Messages,
}

namespace LibProcess.Processes;

/// <summary>How a link to a process on another node gets its connection.</summary>
/// <remarks>Upstream: <c>ProcessBase::RemoteConnection</c>.</remarks>
public enum LinkMode
{
    /// <summary>Shares the connection that already exists to that node.</summary>
    Reuse,

    /// <summary>Opens a new connection in place of the old one, which closes silently; other links move over.</summary>
    Reconnect,
}

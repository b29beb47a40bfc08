namespace LibProcess.Addressing;

/// <summary>Turns host names in UPIDs into IPv4 addresses: some clients advertise their host name.</summary>
public interface IHostResolver
{
    /// <summary>Answers from what is already known, without waiting.</summary>
    /// <param name="name">A host name as it stood in a UPID.</param>
    /// <param name="ip">The address in host byte order.</param>
    bool TryResolve(string name, out uint ip);

    /// <summary>Asks the name service and remembers the answer, good or bad, for a while.</summary>
    /// <returns>The address in host byte order, or null where the name has no IPv4 address.</returns>
    ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation);
}

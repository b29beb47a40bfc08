using System.Net;

namespace LibProcess.Net.Tls;

/// <summary>Finds the name that belongs to an address.</summary>
public interface IReverseResolver
{
    /// <summary>Asks the name service.</summary>
    /// <returns>The name; the address in its text form where there is none; null where nobody could be asked.</returns>
    ValueTask<string?> FindNameAsync(IPAddress address, CancellationToken cancellation);
}

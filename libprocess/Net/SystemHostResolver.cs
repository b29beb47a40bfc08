using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using LibProcess.Addressing;

namespace LibProcess.Net;

/// <summary>Asks the system's name service and remembers answers, so that senders with host names cost one look-up.</summary>
internal sealed class SystemHostResolver(TimeProvider clock) : IHostResolver
{
    private const int MaxEntries = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (uint? Ip, long Since)> known = new(StringComparer.OrdinalIgnoreCase);

    public bool TryResolve(string name, out uint ip)
    {
        ip = 0;
        if (!known.TryGetValue(name, out (uint? Ip, long Since) entry) || entry.Ip is not { } found)
        {
            return false;
        }

        ip = found;
        return true;
    }

    public async ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation)
    {
        if (known.TryGetValue(name, out (uint? Ip, long Since) entry) && clock.GetElapsedTime(entry.Since) < Lifetime)
        {
            return entry.Ip;
        }

        uint? ip = null;
        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(name, AddressFamily.InterNetwork, cancellation).ConfigureAwait(false);
            ip = addresses.Length > 0 ? NetworkAddress.From(addresses[0], 0).Ip : null;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // An unknown name: remembered like a known one.
        }

        if (known.Count >= MaxEntries)
        {
            known.Clear();
        }

        known[name] = (ip, clock.GetTimestamp());
        return ip;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Addressing;

/// <summary>
/// The wire identity of a process, <c>id@ip:port</c>: immutable, compared and ordered by address, then id.
/// </summary>
/// <remarks>
/// Upstream: <c>UPID</c> in 3rdparty/libprocess/include/process/pid.hpp and src/pid.cpp. Safe to use from any thread.
/// A host name under which the address was given is remembered in <see cref="Host"/> and plays no part in equality.
/// </remarks>
public sealed class UPid : IEquatable<UPid>, IComparable<UPid>
{
    private string? text;

    /// <summary>Creates the identity of process <paramref name="id"/> on the node at <paramref name="address"/>.</summary>
    public UPid(string id, NetworkAddress address, string? host = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        Id = id;
        Address = address;
        Host = host;
    }

    /// <summary>The identity of nobody, printed as <c>@0.0.0.0:0</c>. Messages to it are dropped silently.</summary>
    public static UPid Empty { get; } = new(string.Empty, NetworkAddress.None);

    /// <summary>The name of the process on its node; printed raw, without escaping.</summary>
    public string Id { get; }

    /// <summary>Where the node of the process listens.</summary>
    public NetworkAddress Address { get; }

    /// <summary>The host name the identity was written with, or null where it was written with an address.</summary>
    public string? Host { get; }

    /// <summary>Whether id, address and port are all empty.</summary>
    public bool IsEmpty => Address.IsNone && Id.Length == 0;

    /// <summary>Whether none of id, address and port is empty.</summary>
    public bool IsValid => Id.Length != 0 && Address.Ip != 0 && Address.Port != 0;

    /// <summary>
    /// The local process last found under this identity: spares the look-up on every message. Whoever uses it checks that the
    /// process still runs on the node that asks.
    /// </summary>
    internal Processes.ProcessBase? Resolved { get; set; }

    /// <summary>Parses the text form; a host that is not a dotted quad is looked up through <paramref name="hosts"/>.</summary>
    /// <param name="text">Leading blanks are skipped; the text ends at the next blank. Digits of the port end at the first other character.</param>
    /// <param name="hosts">Answers names at once, without waiting for the network; null where names are not understood.</param>
    /// <param name="pid">The identity, or <see cref="Empty"/>.</param>
    /// <returns>False if there is no <c>@</c>, no <c>:</c>, no port from 0 to 65535, or the host is unknown.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, IHostResolver? hosts, out UPid pid)
    {
        pid = Empty;
        if (!UPidText.TrySplit(text, out ReadOnlySpan<char> id, out ReadOnlySpan<char> host, out ushort port))
        {
            return false;
        }

        string? name = null;
        if (!NetworkAddress.TryParseIp(host, out uint ip))
        {
            name = host.ToString();
            if (hosts is null || !hosts.TryResolve(name, out ip))
            {
                return false;
            }
        }

        pid = new UPid(id.ToString(), new NetworkAddress(ip, port), name);
        return true;
    }

    /// <summary>Parses the text form with a dotted quad as host.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UPid pid) => TryParse(text, hosts: null, out pid);

    /// <summary>Parses the text form with a dotted quad as host.</summary>
    /// <exception cref="FormatException">The text is not of the form <c>id@ip:port</c>.</exception>
    public static UPid Parse(string text) =>
        TryParse(text, out UPid pid) ? pid : throw new FormatException($"'{text}' is not a UPID of the form id@ip:port");

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] UPid? other) =>
        ReferenceEquals(this, other) || (other is not null && Address == other.Address && Id == other.Id);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as UPid);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address.Ip, Address.Port, Id);

    /// <inheritdoc/>
    public int CompareTo(UPid? other)
    {
        if (other is null)
        {
            return 1;
        }

        int byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : string.CompareOrdinal(Id, other.Id);
    }

    /// <summary>Whether both name the same process.</summary>
    public static bool operator ==(UPid? left, UPid? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two name different processes.</summary>
    public static bool operator !=(UPid? left, UPid? right) => !(left == right);

    /// <summary>Orders by address, then id.</summary>
    public static bool operator <(UPid left, UPid right) => left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>Orders by address, then id.</summary>
    public static bool operator <=(UPid left, UPid right) => left is null || left.CompareTo(right) <= 0;

    /// <summary>Orders by address, then id.</summary>
    public static bool operator >(UPid left, UPid right) => left is not null && left.CompareTo(right) > 0;

    /// <summary>Orders by address, then id.</summary>
    public static bool operator >=(UPid left, UPid right) => left is null ? right is null : left.CompareTo(right) >= 0;

    /// <summary>The text form <c>id@ip:port</c>.</summary>
    public override string ToString() => text ??= string.Concat(Id, "@", Address.ToString());
}

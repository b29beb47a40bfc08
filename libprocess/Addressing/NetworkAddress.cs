using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LibProcess.Addressing;

/// <summary>An IPv4 address and port: where a node listens, and the key under which its connections are kept.</summary>
/// <remarks>
/// Upstream: <c>inet4::Address</c> in 3rdparty/libprocess/include/process/address.hpp. IPv6 does not occur: the text form of a
/// UPID cannot carry it.
/// </remarks>
/// <param name="Ip">The address in host byte order, so that 10.0.0.1 sorts before 10.0.0.2.</param>
/// <param name="Port">The TCP port; 0 only in the empty address.</param>
public readonly record struct NetworkAddress(uint Ip, ushort Port) : IComparable<NetworkAddress>
{
    /// <summary>The address 0.0.0.0:0, which names no node.</summary>
    public static NetworkAddress None => default;

    /// <summary>Whether this is 0.0.0.0:0.</summary>
    public bool IsNone => Ip == 0 && Port == 0;

    /// <summary>Converts an IPv4 end point.</summary>
    /// <exception cref="ArgumentException">The end point is not IPv4.</exception>
    public static NetworkAddress From(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return From(endPoint.Address, checked((ushort)endPoint.Port));
    }

    /// <summary>Combines an IPv4 address and a port.</summary>
    /// <exception cref="ArgumentException">The address is not IPv4 (nor IPv4 mapped into IPv6).</exception>
    public static NetworkAddress From(IPAddress address, ushort port)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily != AddressFamily.InterNetwork || !address.TryWriteBytes(bytes, out _))
        {
            throw new ArgumentException($"'{address}' is not an IPv4 address", nameof(address));
        }

        return new NetworkAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), port);
    }

    /// <summary>Parses a dotted quad, exactly four decimal numbers from 0 to 255.</summary>
    public static bool TryParseIp(ReadOnlySpan<char> text, out uint ip)
    {
        ip = 0;
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (++parts > 4 || part.Length > 3 || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out byte value))
            {
                ip = 0;
                return false;
            }

            ip = (ip << 8) | value;
        }

        return parts == 4;
    }

    /// <summary>The address as the base library has it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, Ip);
        return new IPAddress(bytes);
    }

    /// <summary>The end point as the base library has it.</summary>
    public IPEndPoint ToEndPoint() => new(ToIPAddress(), Port);

    /// <inheritdoc/>
    public int CompareTo(NetworkAddress other) => Ip != other.Ip ? Ip.CompareTo(other.Ip) : Port.CompareTo(other.Port);

    /// <summary>Orders by address, then port.</summary>
    [ExcludeFromCodeCoverage]
    public static bool operator <(NetworkAddress left, NetworkAddress right) => left.CompareTo(right) < 0;

    /// <summary>Orders by address, then port.</summary>
    [ExcludeFromCodeCoverage]
    public static bool operator <=(NetworkAddress left, NetworkAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by address, then port.</summary>
    [ExcludeFromCodeCoverage]
    public static bool operator >(NetworkAddress left, NetworkAddress right) => left.CompareTo(right) > 0;

    /// <summary>Orders by address, then port.</summary>
    [ExcludeFromCodeCoverage]
    public static bool operator >=(NetworkAddress left, NetworkAddress right) => left.CompareTo(right) >= 0;

    /// <summary>The text <c>a.b.c.d:port</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Ip >> 24}.{(Ip >> 16) & 255}.{(Ip >> 8) & 255}.{Ip & 255}:{Port}");
}

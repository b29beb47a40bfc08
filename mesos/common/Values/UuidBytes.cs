using Google.Protobuf;

namespace Mesos.Common.Values;

/// <summary>UUIDs as they travel in protobuf fields: 16 raw bytes, most significant first (RFC 4122).</summary>
/// <remarks>
/// Upstream: <c>id::UUID</c> in stout/uuid.hpp. New UUIDs come from the process manager; here they are only converted and checked.
/// </remarks>
public static class UuidBytes
{
    /// <summary>Bytes in a UUID.</summary>
    public const int Length = 16;

    /// <summary>The wire form of <paramref name="uuid"/>.</summary>
    public static ByteString ToByteString(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[Length];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return ByteString.CopyFrom(bytes);
    }

    /// <summary>Reads the wire form; false unless there are 16 bytes whose version nibble is a known one (1 to 5).</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Guid uuid)
    {
        if (!IsValid(bytes))
        {
            uuid = default;
            return false;
        }

        uuid = new Guid(bytes, bigEndian: true);
        return true;
    }

    /// <summary>Reads the wire form; false unless there are 16 bytes whose version nibble is a known one (1 to 5).</summary>
    public static bool TryParse(ByteString? bytes, out Guid uuid)
    {
        uuid = default;
        return bytes is not null && TryParse(bytes.Span, out uuid);
    }

    /// <summary>Whether the bytes are a UUID that peers accept.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => bytes.Length == Length && (bytes[6] >> 4) is >= 1 and <= 5;

    /// <summary>Reads the text form (lower or upper case, with hyphens) that directory names and JSON carry.</summary>
    public static bool TryParseText(string? text, out Guid uuid) => Guid.TryParseExact(text, "D", out uuid);
}

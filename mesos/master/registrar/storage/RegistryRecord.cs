using System.Buffers.Binary;
using System.Numerics;

namespace Mesos.Master.Registrar.Storage;

/// <summary>What a record of the registry's file is.</summary>
internal enum RecordKind : uint
{
    /// <summary>A whole registry.</summary>
    Snapshot = 1,

    /// <summary>Says that the snapshot of the same number was durable when this was written.</summary>
    Seal = 2,
}

/// <summary>
/// One record: magic, kind, length, number, checksum, all little-endian, then the content. The checksum covers everything else.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Sequence">Snapshots are numbered from one on; a seal has the number of its snapshot.</param>
/// <param name="Content">The bytes of a snapshot; nothing for a seal.</param>
internal readonly record struct RegistryRecord(RecordKind Kind, ulong Sequence, ReadOnlyMemory<byte> Content)
{
    public const int HeaderLength = 24;

    private const uint Magic = 0x4745524D; // "MREG"
    private const int ChecksumOffset = 20;

    public byte[] Encode()
    {
        byte[] bytes = new byte[HeaderLength + Content.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)Content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), Sequence);
        Content.Span.CopyTo(bytes.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Checksum(bytes));
        return bytes;
    }

    /// <summary>Reads the record at the start of some bytes.</summary>
    /// <returns>False where there is none, only a part of one, or one that is damaged.</returns>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, out RegistryRecord record, out int length)
    {
        (record, length) = (default, 0);
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < HeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(span) != Magic)
        {
            return false;
        }

        uint content = BinaryPrimitives.ReadUInt32LittleEndian(span[8..]);
        if (content > (uint)(span.Length - HeaderLength))
        {
            return false;
        }

        length = HeaderLength + (int)content;
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[ChecksumOffset..]) != Checksum(span[..length]))
        {
            return false;
        }

        record = new RegistryRecord(
            (RecordKind)BinaryPrimitives.ReadUInt32LittleEndian(span[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(span[12..]),
            bytes[HeaderLength..length]);
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> record) =>
        ~Add(Add(uint.MaxValue, record[..ChecksumOffset]), record[HeaderLength..]);

    private static uint Add(uint checksum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        return checksum;
    }
}

using System.Buffers.Binary;

namespace LibProcess.Testing.Simulation;

/// <summary>A running 64-bit hash over all that happens; the same on every machine.</summary>
internal struct TraceHash
{
    private const ulong Prime = 0x9FB21C651E98DF25;

    private ulong value;

    public readonly ulong Value => value;

    public static ulong Of(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        return hash;
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = Mixed(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            hash = (hash ^ b) * 0x100000001B3;
        }

        return hash;
    }

    public void Add(ulong item) => value = Mixed(value, item);

    private static ulong Mixed(ulong hash, ulong item)
    {
        hash = (hash ^ item) * Prime;
        return hash ^ (hash >> 29);
    }
}

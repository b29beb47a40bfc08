using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LibProcess.Randomness;

/// <summary>The one place where chance and fresh ids enter: the machine's generator in production, a seed in tests.</summary>
/// <remarks>Safe from any thread.</remarks>
public abstract class RandomSource
{
    /// <summary>The operating system's generator.</summary>
    public static RandomSource System { get; } = new SystemSource();

    /// <summary>A reproducible sequence.</summary>
    public static RandomSource Seeded(int seed) => new SeededSource(seed);

    /// <summary>Fills the span with random bytes.</summary>
    public abstract void Fill(Span<byte> bytes);

    /// <summary>A number from 0 (inclusive) to 1 (exclusive), with 53 random bits.</summary>
    public double NextDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return (BinaryPrimitives.ReadUInt64LittleEndian(bytes) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A number from 0 (inclusive) to <paramref name="limit"/> (exclusive).</summary>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)(NextDouble() * limit);
    }

    /// <summary>A span from zero (inclusive) to <paramref name="limit"/> (exclusive), for back-off.</summary>
    public TimeSpan NextTimeSpan(TimeSpan limit) => limit * NextDouble();

    /// <summary>A random (version 4) UUID.</summary>
    public Guid NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private sealed class SystemSource : RandomSource
    {
        public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }

    private sealed class SeededSource(int seed) : RandomSource
    {
        private readonly Lock gate = new();
        private readonly Random random = new(seed);

        public override void Fill(Span<byte> bytes)
        {
            lock (gate)
            {
                random.NextBytes(bytes);
            }
        }
    }
}

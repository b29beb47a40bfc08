using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

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
        // The library would load OpenSSL for this, at the cost of milliseconds and megabytes in every program that only wants an id.
        private readonly SafeFileHandle? device = Open();

        public override void Fill(Span<byte> bytes)
        {
            int count;
            for (; device is not null && bytes.Length > 0; bytes = bytes[count..])
            {
                count = RandomAccess.Read(device, bytes, fileOffset: 0);
                if (count <= 0)
                {
                    break;
                }
            }

            if (bytes.Length > 0)
            {
                RandomNumberGenerator.Fill(bytes);
            }
        }

        private static SafeFileHandle? Open()
        {
            try
            {
                return File.Exists("/dev/urandom") ? File.OpenHandle("/dev/urandom", share: FileShare.ReadWrite) : null;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
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

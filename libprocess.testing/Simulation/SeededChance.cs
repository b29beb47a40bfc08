using System.Buffers.Binary;
using LibProcess.Randomness;

namespace LibProcess.Testing.Simulation;

/// <summary>A reproducible sequence that is the same on every machine and every version of the runtime.</summary>
/// <remarks>The generator is SplitMix64. Not safe from several threads: a simulation has one.</remarks>
internal sealed class SeededChance(ulong seed, ThreadGuard? guard = null) : RandomSource
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong state = seed;

    /// <summary>A sequence of its own for a part of the simulation, so that parts do not disturb each other's.</summary>
    public static SeededChance For(ulong seed, string part) => new(Mix(seed ^ TraceHash.Of(part)));

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits() => Mix(state += Increment);

    public bool Happens(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>From <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to) => from + ((to - from) * NextDouble());

    /// <summary>Times between independent things that happen once in <paramref name="mean"/> on average.</summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * Math.Min(20, -Math.Log(1 - NextDouble()));

    public override void Fill(Span<byte> bytes)
    {
        guard?.Check("chance was asked for");
        Span<byte> word = stackalloc byte[8];
        while (bytes.Length > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextBits());
            int count = Math.Min(8, bytes.Length);
            word[..count].CopyTo(bytes);
            bytes = bytes[count..];
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

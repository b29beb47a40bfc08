using System.Runtime.InteropServices;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>Messages of the counter are a few numbers.</summary>
internal static class Body
{
    public static ReadOnlyMemory<byte> Of(params ReadOnlySpan<int> numbers) => MemoryMarshal.AsBytes(numbers).ToArray();

    public static ReadOnlySpan<int> Numbers(ReadOnlyMemory<byte> body) => MemoryMarshal.Cast<byte, int>(body.Span);
}

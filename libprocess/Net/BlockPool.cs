using System.Collections.Concurrent;

namespace LibProcess.Net;

/// <summary>
/// Keeps blocks for what waits to be sent. A burst to many peers takes more of them at a time than the pool of the runtime
/// would keep.
/// </summary>
/// <remarks>Bounded: what does not fit is left to the collector, a miss allocates. Any thread.</remarks>
internal static class BlockPool
{
    public const int BlockBytes = 64 * 1024;
    private const int MaxBlocks = 256;

    private static readonly ConcurrentBag<byte[]> Blocks = [];
    private static int count;

    /// <summary>A block; its content is what the last user left.</summary>
    public static byte[] Rent()
    {
        if (Blocks.TryTake(out byte[]? block))
        {
            Interlocked.Decrement(ref count);
            return block;
        }

        return GC.AllocateUninitializedArray<byte>(BlockBytes);
    }

    public static void Return(byte[] block)
    {
        if (Interlocked.Increment(ref count) <= MaxBlocks)
        {
            Blocks.Add(block);
        }
        else
        {
            Interlocked.Decrement(ref count);
        }
    }
}

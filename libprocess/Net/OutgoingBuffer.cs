using System.Buffers;

namespace LibProcess.Net;

/// <summary>
/// Bytes of whole messages in pooled blocks, filled under the lock of a link and sent outside of it. No message lies across
/// two blocks.
/// </summary>
internal sealed class OutgoingBuffer
{
    public const int BlockBytes = 64 * 1024;

    // A link that sends now and then needs no more than this at a time.
    private const int SmallBlockBytes = 4 * 1024;

    private readonly List<Block> blocks = [];
    private bool isBusy;

    public bool IsEmpty => blocks.Count == 0;

    public long Bytes { get; private set; }

    public int Messages { get; private set; }

    public int Count => blocks.Count;

    public ReadOnlyMemory<byte> this[int index] => blocks[index].Array.AsMemory(0, blocks[index].Length);

    /// <summary>Room for one message, to be filled at once.</summary>
    public Span<byte> Append(int bytes)
    {
        if (blocks.Count == 0 || blocks[^1].Array.Length - blocks[^1].Length < bytes)
        {
            int wanted = isBusy || blocks.Count > 0 ? BlockBytes : SmallBlockBytes;
            blocks.Add(new Block(ArrayPool<byte>.Shared.Rent(Math.Max(bytes, wanted)), 0));
        }

        Block block = blocks[^1];
        blocks[^1] = block with { Length = block.Length + bytes };
        Bytes += bytes;
        Messages++;
        return block.Array.AsSpan(block.Length, bytes);
    }

    /// <summary>Takes back the last message, which could not be written.</summary>
    public void RemoveLast(int bytes)
    {
        Block block = blocks[^1];
        blocks[^1] = block with { Length = block.Length - bytes };
        Bytes -= bytes;
        Messages--;
        if (block.Length == bytes)
        {
            ArrayPool<byte>.Shared.Return(block.Array);
            blocks.RemoveAt(blocks.Count - 1);
        }
    }

    public void Clear()
    {
        foreach (Block block in blocks)
        {
            ArrayPool<byte>.Shared.Return(block.Array);
        }

        blocks.Clear();
        isBusy = Bytes > SmallBlockBytes;
        Bytes = 0;
        Messages = 0;
    }

    private readonly record struct Block(byte[] Array, int Length);
}

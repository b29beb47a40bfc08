using System.Buffers;
using System.Runtime.InteropServices;

namespace LibProcess.Net;

/// <summary>
/// Bytes of whole messages in pooled blocks, filled under the lock of a link and sent outside of it. Small messages stand in
/// one block, large ones go on in the next.
/// </summary>
internal sealed class OutgoingBuffer : IBufferWriter<byte>
{
    /// <summary>From here on it is worth a system call, and small messages still stand in one block.</summary>
    public const int MuchBytes = BlockPool.BlockBytes * 3 / 4;

    // From here on bytes are sent from where they are.
    private const int ReferredBytes = 32 * 1024;

    // A link that sends now and then needs no more than this at a time.
    private const int SmallBlockBytes = 4 * 1024;

    private readonly List<ArraySegment<byte>> blocks = [];

    // Which of the blocks belong to somebody else.
    private readonly HashSet<int> foreign = [];
    private bool isBusy;

    public bool IsEmpty => Bytes == 0;

    public long Bytes { get; private set; }

    public int Messages { get; private set; }

    /// <summary>The blocks, oldest first.</summary>
    public IReadOnlyList<ArraySegment<byte>> Blocks => blocks;

    /// <summary>What a message that fails half-way goes back to.</summary>
    public Mark Here => new(blocks.Count, blocks.Count == 0 ? 0 : blocks[^1].Count, Bytes);

    /// <summary>The message that was written since the last one is complete.</summary>
    public void EndMessage() => Messages++;

    public void GoBack(Mark mark)
    {
        while (blocks.Count > mark.Blocks)
        {
            Return(blocks.Count - 1);
            blocks.RemoveAt(blocks.Count - 1);
        }

        if (blocks.Count > 0 && !foreign.Contains(blocks.Count - 1))
        {
            blocks[^1] = new ArraySegment<byte>(blocks[^1].Array!, 0, mark.Length);
        }

        Bytes = mark.Bytes;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (blocks.Count == 0 || (foreign.Count > 0 && foreign.Contains(blocks.Count - 1)) || blocks[^1].Array!.Length - blocks[^1].Count < Math.Max(sizeHint, 1))
        {
            int wanted = Math.Max(sizeHint, isBusy || blocks.Count > 0 ? BlockPool.BlockBytes : SmallBlockBytes);
            byte[] block = wanted is > SmallBlockBytes and <= BlockPool.BlockBytes ? BlockPool.Rent() : ArrayPool<byte>.Shared.Rent(wanted);
            blocks.Add(new ArraySegment<byte>(block, 0, 0));
        }

        return blocks[^1].Array.AsMemory(blocks[^1].Count);
    }

    public void Advance(int count)
    {
        ArraySegment<byte> block = blocks[^1];
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(block.Array!.Length - block.Count));
        blocks[^1] = new ArraySegment<byte>(block.Array, 0, block.Count + count);
        Bytes += count;
    }

    public void Clear()
    {
        for (int i = 0; i < blocks.Count; i++)
        {
            Return(i);
        }

        blocks.Clear();
        isBusy = Bytes > SmallBlockBytes;
        Bytes = 0;
        Messages = 0;
    }

    /// <summary>Appends bytes that do not change until they are sent; large ones stay where they are.</summary>
    public void Refer(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < ReferredBytes || !MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> block))
        {
            this.Write(bytes.Span);
            return;
        }

        foreign.Add(blocks.Count);
        blocks.Add(block);
        Bytes += block.Count;
    }

    private void Return(int index)
    {
        if (foreign.Remove(index))
        {
            return;
        }

        byte[] block = blocks[index].Array!;
        if (block.Length == BlockPool.BlockBytes)
        {
            BlockPool.Return(block);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    internal readonly record struct Mark(int Blocks, int Length, long Bytes);
}

using System.Buffers;

namespace LibProcess.Messages;

/// <summary>
/// The memory of a large body on its way to one handler. Whoever reads it gives it back, whoever keeps it does not; where
/// nobody does either, the collector takes it.
/// </summary>
internal sealed class LentBody(byte[] array, int length)
{
    // A body that is kept wastes no more than this part of its memory.
    private const int MostWaste = 4;

    public ReadOnlyMemory<byte> Bytes => array.AsMemory(0, length);

    /// <summary>The bytes, which belong to the caller from now on.</summary>
    public ReadOnlyMemory<byte> Keep()
    {
        if (array.Length - length <= length / MostWaste)
        {
            return Bytes;
        }

        byte[] kept = array.AsSpan(0, length).ToArray();
        Return();
        return kept;
    }

    /// <summary>Nobody reads the bytes any more.</summary>
    public void Return() => ArrayPool<byte>.Shared.Return(array);
}

namespace Mesos.Slave.Storage;

/// <summary>Which records of one file may become durable in the same go.</summary>
/// <remarks>
/// A disk writes sectors in any order. Where power is cut meanwhile, a later record may be found whole behind an earlier one with a
/// hole. That looks like damage to what was promised, and recovery refuses to guess. A record whose every sector holds its own length
/// or the length of the next one cannot have such a hole: either it is not found, or nothing behind it is.
/// </remarks>
internal static class SharedWaits
{
    private const int Sector = 512;

    /// <summary>Whether another record may follow before this one is durable.</summary>
    /// <param name="start">Where it begins in the file.</param>
    /// <param name="length">How long it is, its own length included.</param>
    public static bool MayBeFollowed(long start, int length)
    {
        long end = start + length;
        long first = start / Sector;
        long last = (end - 1) / Sector;
        bool hasLengthInFirst = (start + RecordFrames.HeaderLength - 1) / Sector == first;
        return last == first || (last == first + 1 && hasLengthInFirst && end % Sector != 0);
    }
}

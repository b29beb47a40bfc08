using System.Runtime.InteropServices;

namespace Mesos.Slave.Storage;

/// <summary>Which errors of a disk pass.</summary>
internal static class DiskErrors
{
    /// <summary>No space on the device.</summary>
    public const int NoSpace = 28;

    private const int InputOutput = 5;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether space, or a quota, ran out: it may be there again later.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is NoSpace or WindowsDiskFull || exception.HResult == Quota;

    /// <summary>An error as the system reports it.</summary>
    public static IOException Create(int error, string path) => new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);

    /// <summary>Whatever went wrong, as a failure of the disk: who waits for a checkpoint is told in any case.</summary>
    public static IOException Of(Exception exception) => exception as IOException ?? new IOException(exception.Message, exception);

    /// <summary>An error of the device.</summary>
    public static IOException Broken(string path) => Create(InputOutput, path);

    private static int Quota => OperatingSystem.IsMacOS() ? 69 : 122;
}

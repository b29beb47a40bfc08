using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>The calls of the C library that .NET does not offer. Linux and macOS.</summary>
internal static unsafe partial class LibC
{
    public const int SigKill = 9;
    public const int LockExclusive = 2;
    public const int LockWithoutWaiting = 4;

    private const string Library = "libc";

    /// <summary>A flag of <see cref="Open"/>: programs that are started do not inherit the file.</summary>
    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>The error of a call that would have to wait.</summary>
    public static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true)]
    public static partial int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "getpwnam", SetLastError = true)]
    public static partial Account* FindAccount([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    public static partial int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    /// <summary>Takes a lock that ends with the last descriptor of the file.</summary>
    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int file, int how);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int file);

    /// <summary>Linux only.</summary>
    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(int file);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true)]
    public static partial int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    /// <summary>The beginning of <c>struct passwd</c>, the same on Linux and macOS as far as it goes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Account
    {
        public byte* Name;
        public byte* Password;
        public uint User;
        public uint Group;
    }
}

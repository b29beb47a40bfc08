using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>The calls of the C library that .NET does not offer. Linux and macOS.</summary>
internal static unsafe partial class LibC
{
    public const int SigKill = 9;
    public const int WithoutWaiting = 1;
    public const int LockExclusive = 2;
    public const int LockWithoutWaiting = 4;

    // Errors that Linux and macOS number alike, but for the last two, which are Linux alone.
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;

    // As Linux has them.
    public const int CurrentDirectory = -100;
    public const uint DescribeNumber = 0x100;
    public const int OpenForSelf = 0x80000;
    public const int OpenPlace = 0x200000;
    public const int RemoveDirectory = 0x200;

    private const string Library = "libc";

    /// <summary>A flag of <see cref="Open"/>: programs that are started do not inherit the file.</summary>
    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>The error of a call that would have to wait.</summary>
    public static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int pid, out int status, int options);

    /// <summary>Has a file closed where a program is started. What is no open file is ignored.</summary>
    public static void CloseWithStart(int file)
    {
        // The flag alone, in the one call or the other: that of macOS takes no argument whose place depends on the machine.
        const int SetDescriptorFlags = 2, CloseOnExecute = 1;
        const nuint MacCloseOnExecute = 0x20006601;
        _ = OperatingSystem.IsMacOS() ? Control(file, MacCloseOnExecute) : Control(file, SetDescriptorFlags, CloseOnExecute);
    }

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int file, int command, int argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int file, nuint request);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport(Library, EntryPoint = "lchown", SetLastError = true)]
    public static partial int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "getpwnam", SetLastError = true)]
    public static partial Account* FindAccount([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    public static partial int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    public static int OpenDirectory => HasFlagsOfArm ? 0x4000 : 0x10000;

    public static int OpenNoLink => HasFlagsOfArm ? 0x8000 : 0x20000;

    private static bool HasFlagsOfArm =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le;

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* name, int flags);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true)]
    public static partial int RenameAt(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int file, uint mode);

    [LibraryImport(Library, EntryPoint = "chmod", SetLastError = true)]
    public static partial int ChangeMode([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [LibraryImport(Library, EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenStream(int file);

    [LibraryImport(Library, EntryPoint = "readdir", SetLastError = true)]
    public static partial byte* ReadStream(nint stream);

    [LibraryImport(Library, EntryPoint = "rewinddir")]
    public static partial void RewindStream(nint stream);

    [LibraryImport(Library, EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseStream(nint stream);

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

    /// <summary>Linux only. Offsets are those of the machine's word.</summary>
    [LibraryImport(Library, EntryPoint = "posix_fadvise")]
    public static partial int Advise(int file, nint offset, nint length, int advice);

    /// <summary>Linux only; not in C libraries of before 2018.</summary>
    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    public static partial int Describe(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, FileDescription* description);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true)]
    public static partial int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    /// <summary>The path without links; the caller frees it. Null where there is none.</summary>
    [LibraryImport(Library, EntryPoint = "realpath", SetLastError = true)]
    public static partial byte* FindRealPath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte* none);

    [LibraryImport(Library, EntryPoint = "free")]
    public static partial void Free(void* memory);

    /// <summary>What is used of <c>struct statx</c>, which is the same on every machine.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileDescription
    {
        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }

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

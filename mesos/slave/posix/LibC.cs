using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>The calls of the C library that .NET does not offer. Linux and macOS.</summary>
internal static unsafe partial class LibC
{
    public const int SigKill = 9;

    private const string Library = "libc";

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

    /// <summary>What is used of <c>struct statx</c>, which is the same on every machine.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileDescription
    {
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

using System.Runtime.InteropServices;

namespace Mesos.Launcher.Posix;

/// <summary>The calls of the C library that .NET does not offer. Linux and macOS.</summary>
internal static unsafe partial class LibC
{
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int ENOEXEC = 8;
    public const int ECHILD = 10;

    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;

    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;

    public const int WNOHANG = 1;
    public const int WEXITED = 4; // This and the next two as Linux has them.
    public const int WNOWAIT = 0x1000000;
    public const int P_ALL = 0;

    public const int PR_SET_DUMPABLE = 4;
    public const int PR_SET_CHILD_SUBREAPER = 36;

    // More than any C library needs for these, whose sizes differ between them.
    public const int OpaqueSize = 1024;

    private const string Library = "libc";

    public static int SIGCONT => OperatingSystem.IsMacOS() ? 19 : 18;

    public static int O_CREAT => OperatingSystem.IsMacOS() ? 0x200 : 0x40;

    public static int O_NOCTTY => OperatingSystem.IsMacOS() ? 0x20000 : 0x100;

    public static int O_APPEND => OperatingSystem.IsMacOS() ? 0x8 : 0x400;

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setsid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial int chdir([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int close(int file);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint read(int file, byte* buffer, nint count);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int dup2(int from, int to);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int execve([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte** arguments, byte** environment);

    [LibraryImport(Library, SetLastError = true)]
    public static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial uint getegid();

    [LibraryImport(Library, SetLastError = true)]
    public static partial int seteuid(uint user);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setegid(uint group);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setgid(uint group);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int setuid(uint user);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int initgroups([MarshalAs(UnmanagedType.LPUTF8Str)] string user, uint group);

    [LibraryImport(Library, SetLastError = true)]
    public static partial PasswordEntry* getpwnam([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [LibraryImport(Library, SetLastError = true)]
    public static partial nint signal(int signal, nint handler);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int waitid(int kind, uint id, byte* information, int options);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int waitpid(int pid, out int status, int options);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport(Library)]
    public static partial nint strsignal(int signal);

    [LibraryImport(Library)]
    public static partial int sigemptyset(void* set);

    [LibraryImport(Library)]
    public static partial int sigprocmask(int how, void* set, void* old);

    /// <summary>The beginning of <c>struct passwd</c>, the same on Linux and macOS as far as it goes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PasswordEntry
    {
        public byte* Name;
        public byte* Password;
        public uint User;
        public uint Group;
    }
}

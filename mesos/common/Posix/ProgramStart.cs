using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mesos.Common.Posix;

/// <summary>Starts programs in sessions of their own. Linux and macOS. Any thread.</summary>
/// <remarks>
/// Not <see cref="System.Diagnostics.Process"/>: that neither makes sessions nor tells an exit code from a signal. Who starts a
/// program asks <c>waitpid</c> for its end; the runtime asks only for what it has started itself.
/// </remarks>
[UnsupportedOSPlatform("windows")]
public static unsafe partial class ProgramStart
{
    private const int BrokenPipe = 13; // SIGPIPE
    private const int ResetSignals = 0x04, SetSignalMask = 0x08;

    // More than any C library needs for these, whose sizes differ between them.
    private const int OpaqueSize = 1024;
    private const string Library = "libc";

    private static int NewSession => OperatingSystem.IsMacOS() ? 0x400 : 0x80;

    /// <summary>Starts a program, which gets no files but the standard streams, and no signal is ignored or held back.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">All arguments, the first being the name the program sees itself called by.</param>
    /// <param name="environment">All variables, as <c>NAME=VALUE</c>.</param>
    /// <param name="pid">Its id, which is that of its session as well.</param>
    /// <param name="directory">Where it starts; null where this process is. C libraries of before 2019 cannot, and start it here.</param>
    /// <param name="input">What it reads from; null for what this process reads from.</param>
    /// <returns>Zero, or the number of the error.</returns>
    public static int Spawn(
        string program, IReadOnlyCollection<string> arguments, IReadOnlyCollection<string> environment, out int pid, string? directory = null, SafeHandle? input = null)
    {
        using StringArray argumentArray = new(arguments), variables = new(environment);
        byte* attributes = stackalloc byte[OpaqueSize], signals = stackalloc byte[OpaqueSize], actions = stackalloc byte[OpaqueSize];
        InitializeAttributes(attributes);
        InitializeActions(actions);
        try
        {
            SetFlags(attributes, (short)(NewSession | ResetSignals | SetSignalMask));
            EmptySignals(signals);
            SetMask(attributes, signals);

            // The runtime ignores broken pipes, and a program inherits what is ignored.
            AddSignal(signals, BrokenPipe);
            SetDefaults(attributes, signals);
            pid = 0;
            int error = directory is null ? 0 : Enter(actions, directory);
            if (error == 0 && input is not null)
            {
                error = AddDuplicate(actions, (int)input.DangerousGetHandle(), 0);
            }

            return error != 0 ? error : Spawn(out pid, program, actions, attributes, argumentArray.Pointer, variables.Pointer);
        }
        finally
        {
            DestroyActions(actions);
            DestroyAttributes(attributes);
        }
    }

    private static int Enter(byte* actions, string directory)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addchdir_np", out nint call))
        {
            return 0;
        }

        using StringArray path = new([directory]);
        return ((delegate* unmanaged<byte*, byte*, int>)call)(actions, path.Pointer[0]);
    }

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    private static partial int Spawn(
        out int pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    private static partial void InitializeAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    private static partial void DestroyAttributes(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    private static partial void SetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial void SetDefaults(void* attributes, void* set);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial void SetMask(void* attributes, void* set);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    private static partial void InitializeActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial void DestroyActions(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(void* actions, int file, int newFile);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    private static partial void EmptySignals(void* set);

    [LibraryImport(Library, EntryPoint = "sigaddset")]
    private static partial void AddSignal(void* set, int signal);
}

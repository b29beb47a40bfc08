using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mesos.Common.Flags;
using Mesos.Common.Posix;
using Mesos.Launcher.Posix;

namespace Mesos.Launcher.Containerizer;

/// <summary>
/// <c>mesos containerizer launch</c>: prepares the process it runs in and becomes the program. The agent starts every child
/// through it, so that what the child needs happens in a process that does nothing else. Where the program is this one, such as the
/// executor of commands, it goes on in place: a second start costs more than all the rest.
/// </summary>
/// <remarks>Upstream: src/slave/containerizer/mesos/launch.cpp.</remarks>
public static unsafe class LaunchCommand
{
    /// <summary>Exit code for everything that goes wrong before the program is started.</summary>
    public const int Refused = 1;

    /// <summary>Exit code where the program exists but cannot be started, as shells use it.</summary>
    public const int CannotExecute = 126;

    /// <summary>Exit code where there is no such program, as shells use it.</summary>
    public const int NotFound = 127;

    private const int ClearMask = 2; // SIG_SETMASK
    private const int Mode0644 = 0b110_100_100;

    /// <summary>The flags, for the help text.</summary>
    public static FlagTable Flags => LaunchFlags.Table;

    /// <summary>Prepares this process for the program.</summary>
    /// <param name="values">Loaded from <see cref="Flags"/>.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="error">Where to say why it failed.</param>
    /// <returns>Null where all is ready, else the exit code.</returns>
    public static int? Prepare(FlagValues values, IReadOnlyList<string> command, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(error);
        if (OperatingSystem.IsWindows())
        {
            return Fail(error, "Launching containers needs a POSIX system");
        }

        if (command.Count == 0)
        {
            return Fail(error, "Nothing to launch: write -- PROGRAM [ARGUMENTS] after the options");
        }

        if (values.Get(LaunchFlags.WaitForLine) && !ReadLine())
        {
            return Fail(error, "Nothing is launched: the caller has gone before it said so");
        }

        // Fails only for a leader of a process group, who is one already.
        LibC.setsid();

        var user = default(LibC.PasswordEntry);
        if (values.Get(LaunchFlags.User) is { } name && !TryFindUser(name, out user))
        {
            return Fail(error, $"There is no user '{name}' on this machine");
        }

        var directory = values.Get(LaunchFlags.Directory);
        var stdout = OutputFile.Of(values.Get(LaunchFlags.Stdout), directory);
        var stderr = OutputFile.Of(values.Get(LaunchFlags.Stderr), directory);
        return EnterDirectory(directory, error)
            ?? RedirectAs(values.Get(LaunchFlags.User), user, stdout, stderr, error)
            ?? Become(values.Get(LaunchFlags.User), user, error);
    }

    /// <summary>Whether the program is this one, with the environment this process has: then there is nothing to start.</summary>
    /// <remarks>Only compiled ahead of time: the other runtime holds the caller's standard streams for as long as it runs.</remarks>
    /// <param name="values">Loaded from <see cref="Flags"/>.</param>
    /// <param name="command">The program and its arguments.</param>
    public static bool IsThisProgram(FlagValues values, IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(command);
        return !RuntimeFeature.IsDynamicCodeSupported && values.Get(LaunchFlags.EnvironmentPrefix) is null && values.Get(LaunchFlags.Program) is null && Environment.ProcessPath is { } own && Final(command[0]) == Final(own);
    }

    /// <summary>Becomes the program; returns only where that fails.</summary>
    /// <param name="values">Loaded from <see cref="Flags"/>.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="error">Where to say why it failed.</param>
    /// <returns>The exit code.</returns>
    public static int Execute(FlagValues values, IReadOnlyList<string> command, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(error);
        return Execute(values, command, ProgramEnvironment.Of(Environment.GetEnvironmentVariables(), values.Get(LaunchFlags.EnvironmentPrefix)), error);
    }

    private static string Final(string path) =>
        Path.GetFullPath((File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? path);

    /// <summary>Byte by byte: what follows the line is for the program.</summary>
    private static bool ReadLine()
    {
        byte read;
        while (true)
        {
            var count = LibC.read(0, &read, 1);
            if (count == 1 && read == '\n')
            {
                return true;
            }

            if (count == 0 || (count < 0 && Marshal.GetLastPInvokeError() != LibC.EINTR))
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Opens the files as the user the program runs as: the directory is that user's already, who may have put a link to a file of
    /// somebody else there.
    /// </summary>
    private static int? RedirectAs(string? name, LibC.PasswordEntry user, OutputFile? stdout, OutputFile? stderr, TextWriter error)
    {
        var own = LibC.geteuid();
        if (name is null || own != 0 || user.User == own)
        {
            return Redirect(stdout, stderr, error);
        }

        var ownGroup = LibC.getegid();
        if (LibC.initgroups(name, user.Group) < 0 || LibC.setegid(user.Group) < 0 || LibC.seteuid(user.User) < 0)
        {
            return Fail(error, $"Cannot become user '{name}': {LastError()}");
        }

        return Redirect(stdout, stderr, error)
            ?? (LibC.seteuid(own) < 0 || LibC.setegid(ownGroup) < 0 ? Fail(error, $"Cannot become user '{name}': {LastError()}") : null);
    }

    private static int? Redirect(OutputFile? stdout, OutputFile? stderr, TextWriter error) =>
        Replace(0, new OutputFile("/dev/null", "/dev/null"), LibC.O_RDONLY, error) ?? Append(1, stdout, error) ?? Append(2, stderr, error);

    private static int? Append(int target, OutputFile? output, TextWriter error) =>
        output is { } file ? Replace(target, file, LibC.O_WRONLY | LibC.O_CREAT | LibC.O_APPEND | LibC.O_NOCTTY, error) : null;

    private static int? Replace(int target, OutputFile opened, int flags, TextWriter error)
    {
        var file = LibC.open(opened.Place, flags, Mode0644);
        if (file < 0)
        {
            return Fail(error, $"Cannot open '{opened.Path}': {LastError()}");
        }

        if (LibC.dup2(file, target) < 0)
        {
            return Fail(error, $"Cannot attach '{opened.Path}': {LastError()}");
        }

        if (file != target)
        {
            _ = LibC.close(file);
        }

        return null;
    }

    private static int? EnterDirectory(string? directory, TextWriter error) =>
        directory is not null && LibC.chdir(directory) < 0 ? Fail(error, $"Cannot enter directory '{directory}': {LastError()}") : null;

    private static bool TryFindUser(string name, out LibC.PasswordEntry user)
    {
        var entry = LibC.getpwnam(name);
        user = entry is null ? default : *entry;
        return entry is not null;
    }

    private static int? Become(string? name, LibC.PasswordEntry user, TextWriter error)
    {
        if (name is null || user.User == LibC.geteuid())
        {
            return null;
        }

        // The groups first: once the user has changed, nothing else may.
        if (LibC.initgroups(name, user.Group) < 0 || LibC.setgid(user.Group) < 0 || LibC.setuid(user.User) < 0)
        {
            return Fail(error, $"Cannot become user '{name}': {LastError()}");
        }

        if (OperatingSystem.IsLinux())
        {
            // The change of user has hidden this process from that user; the start of a program would undo it, but there may be none.
            _ = LibC.prctl(LibC.PR_SET_DUMPABLE, 1, 0, 0, 0);
        }

        return null;
    }

    private static int Execute(FlagValues values, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> variables, TextWriter error)
    {
        // The runtime ignores broken pipes, and a program inherits what is ignored.
        LibC.signal(LibC.SIGPIPE, 0);
        var none = stackalloc byte[LibC.OpaqueSize];
        LibC.sigemptyset(none);
        LibC.sigprocmask(ClearMask, none, null);

        var name = values.Get(LaunchFlags.Program) ?? command[0];

        // As with the original, a program in the directory comes before those on the path.
        var errno = ProgramSearch.Find(name, variables.GetValueOrDefault("PATH"), values.Get(LaunchFlags.Directory) is not null) is { } program
            ? Execute(program, command, variables)
            : LibC.ENOENT;
        error.WriteLine($"Cannot execute '{name}': {Marshal.GetPInvokeErrorMessage(errno)}");
        return errno == LibC.ENOENT ? NotFound : CannotExecute;
    }

    private static int Execute(string program, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> variables)
    {
        using StringArray environment = new([.. variables.Select(static pair => $"{pair.Key}={pair.Value}")]);
        using (StringArray arguments = new(command))
        {
            LibC.execve(program, arguments.Pointer, environment.Pointer);
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno != LibC.ENOEXEC)
        {
            return errno;
        }

        using StringArray script = new(ShellScript.Arguments(program, command));
        LibC.execve(ShellScript.Shell, script.Pointer, environment.Pointer);
        return Marshal.GetLastPInvokeError();
    }

    private static string LastError() => Marshal.GetLastPInvokeErrorMessage();

    private static int Fail(TextWriter error, string sentence)
    {
        error.WriteLine(sentence);
        return Refused;
    }
}

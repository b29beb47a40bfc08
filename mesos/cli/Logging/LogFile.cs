using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mesos.Cli.Logging;

/// <summary>The file of a program below <c>--log_dir</c>: lines are added at its end, whoever else writes to it or cuts it.</summary>
/// <remarks>The original writes a file for each level and each start, with a link such as <c>mesos-agent.INFO</c> to the newest.</remarks>
internal sealed partial class LogFile
{
    private const int WriteOnly = 1;

    private readonly SafeFileHandle handle;

    private LogFile(SafeFileHandle handle)
    {
        this.handle = handle;
    }

    private static int Append => OperatingSystem.IsMacOS() ? 0x8 : 0x400;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Opens the file of a program, and creates it with its directory where it is not there.</summary>
    /// <param name="directory">The value of the flag.</param>
    /// <param name="program">The command as users type it, such as <c>mesos slave</c>.</param>
    /// <exception cref="IOException">It cannot be written to; the message names the flag.</exception>
    public static LogFile Open(string directory, string program)
    {
        var path = Path.Combine(directory, NameOf(program));
        try
        {
            Directory.CreateDirectory(directory);
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (OperatingSystem.IsWindows())
            {
                return new LogFile(file);
            }

            // .NET remembers a position of its own; only the system knows where the end is when others write as well.
            file.Dispose();
            var descriptor = Open(path, WriteOnly | Append | CloseOnExec);
            return descriptor >= 0 ? new LogFile(new SafeFileHandle(descriptor, ownsHandle: true)) : throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new IOException($"Value '{directory}' of flag --log_dir cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>The name of the file of a program.</summary>
    public static string NameOf(string program) => program.Replace(' ', '-') + ".INFO";

    /// <summary>Adds a whole line.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(ReadOnlySpan<byte> line) => RandomAccess.Write(handle, line, OperatingSystem.IsWindows() ? RandomAccess.GetLength(handle) : 0);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}

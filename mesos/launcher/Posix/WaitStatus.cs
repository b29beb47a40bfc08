using System.Globalization;
using System.Runtime.InteropServices;

namespace Mesos.Launcher.Posix;

/// <summary>How a child ended, as <c>waitpid</c> tells it.</summary>
/// <remarks>Upstream: <c>WSTRINGIFY</c> and <c>WSUCCEEDED</c> in stout/os/wait.hpp.</remarks>
internal readonly record struct WaitStatus(int Raw)
{
    private const int CoreDumped = 0x80;

    /// <summary>The signal that ended it, or 0.</summary>
    public int Signal => Raw & 0x7f;

    /// <summary>The exit code; meaningful where no signal ended it.</summary>
    public int ExitCode => (Raw >> 8) & 0xff;

    public bool Succeeded => Raw == 0;

    public static WaitStatus Exited(int code) => new(code << 8);

    public static WaitStatus Signaled(int signal) => new(signal);

    /// <summary>A clause that goes on after the name of what ended.</summary>
    public override string ToString() => Signal == 0
        ? string.Create(CultureInfo.InvariantCulture, $"exited with status {ExitCode}")
        : $"terminated with signal {SignalName(Signal)}{((Raw & CoreDumped) != 0 ? " (core dumped)" : "")}";

    private static string SignalName(int signal) =>
        Marshal.PtrToStringUTF8(LibC.strsignal(signal)) ?? signal.ToString(CultureInfo.InvariantCulture);
}

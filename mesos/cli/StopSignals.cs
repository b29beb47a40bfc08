using System.Runtime.InteropServices;

namespace Mesos.Cli;

/// <summary>The wish of the user or the system that the program ends, as a token.</summary>
internal static class StopSignals
{
    /// <summary>Calls back for every SIGUSR1 until disposed; null where there is no such signal.</summary>
    /// <param name="action">Called on another thread; must not throw.</param>
    public static PosixSignalRegistration? OnUser1(Action action)
    {
        const int User1OnLinux = 10, User1OnMac = 30;
        return OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)(OperatingSystem.IsMacOS() ? User1OnMac : User1OnLinux), signal =>
        {
            signal.Cancel = true;
            action();
        });
    }

    /// <summary>Listens from now on. The first signal cancels the token; the second ends the program the hard way.</summary>
    public static CancellationToken Listen()
    {
        CancellationTokenSource stop = new();
        PosixSignalRegistration[] registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
        stop.Token.Register(static kept => GC.KeepAlive(kept), registrations);
        return stop.Token;

        void OnSignal(PosixSignalContext signal)
        {
            if (!stop.IsCancellationRequested)
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        }
    }
}

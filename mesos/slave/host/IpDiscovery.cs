using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using LibProcess.Addressing;

namespace Mesos.Slave.Host;

/// <summary>Asks a command of the operator which address to listen on.</summary>
/// <remarks>Upstream: <c>--ip_discovery_command</c> in src/slave/main.cpp.</remarks>
internal static class IpDiscovery
{
    private const int LongestShown = 100;

    /// <summary>Runs the command in a shell and reads the address it prints.</summary>
    /// <exception cref="SlaveException">The command fails, or prints something else.</exception>
    public static async Task<IPAddress> RunAsync(string command, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, UseShellExecute = false };
        (start.FileName, string option) = OperatingSystem.IsWindows() ? ("cmd.exe", "/c") : ("/bin/sh", "-c");
        start.ArgumentList.Add(option);
        start.ArgumentList.Add(command);
        try
        {
            using Process process = Process.Start(start)!;
            string printed = (await process.StandardOutput.ReadToEndAsync(cancellation).ConfigureAwait(false)).Trim();
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw Failed(command, string.Create(CultureInfo.InvariantCulture, $"it exited with status {process.ExitCode}"));
            }

            return NetworkAddress.TryParseIp(printed, out uint ip)
                ? new NetworkAddress(ip, 0).ToIPAddress()
                : throw Failed(command, $"it printed '{Shorten(printed)}', expected an IPv4 address such as 10.0.0.1");
        }
        catch (Win32Exception exception)
        {
            throw Failed(command, exception.Message);
        }
    }

    private static SlaveException Failed(string command, string reason) =>
        new($"Command '{command}' of flag --ip_discovery_command did not tell the address to listen on: {reason}");

    private static string Shorten(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestShown ? line : line[..LongestShown] + "...";
    }
}

using System.Diagnostics;

namespace LibProcess.Suite.Rounds;

/// <summary>Starts a program built by .NET beside this one.</summary>
internal static class ChildProgram
{
    /// <param name="assembly">The path of the program's dll.</param>
    /// <param name="arguments">For the program.</param>
    /// <param name="pinned">Whether it and all it starts stay on the first CPU.</param>
    public static Process Start(string assembly, IEnumerable<string> arguments, bool pinned = false)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        string[] command = [host, assembly, .. arguments];
        if (pinned)
        {
            command = ["taskset", "-c", "0", .. command];
        }

        return Start(command);
    }

    /// <summary>Starts any program.</summary>
    public static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
    }

    /// <summary>Waits a while for the end of a program that has been told to end, then ends it.</summary>
    public static async Task EndAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}

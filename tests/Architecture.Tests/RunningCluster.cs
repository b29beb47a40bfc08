using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A master and an agent, each a program, on free ports of the loopback address.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private readonly List<Process> programs = [];

    /// <summary>Where the master listens.</summary>
    public string Master { get; private set; } = string.Empty;

    // Built with these tests; the environment may name another, such as the native one.
    private static string Executable { get; } = Environment.GetEnvironmentVariable("MESOS_TEST_EXECUTABLE") is { Length: > 0 } named
        ? named
        : Path.Combine(
            Repository.Root, "mesos", "cli", "bin", Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!, "net10.0", "mesos");

    public static async Task<RunningCluster> StartAsync(string workDirectory)
    {
        var cluster = new RunningCluster();
        cluster.Master = await cluster.StartAsync("Master", "master", "--registry=in_memory", "--allocation_interval=100ms");
        await cluster.StartAsync(
            "Agent", "slave", $"--master={cluster.Master}", $"--work_dir={workDirectory}", "--resources=cpus:4;mem:1024;disk:1024", "--registration_backoff_factor=10ms");
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process program in Enumerable.Reverse(programs))
        {
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync();
            program.Dispose();
        }
    }

    /// <returns>The address that the program says it listens on.</returns>
    private async Task<string> StartAsync(string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, [.. arguments, "--ip=127.0.0.1", "--port=0", "--logging_level=WARNING"]) { RedirectStandardOutput = true };
        Process program = Process.Start(start)!;
        programs.Add(program);
        while (await program.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, $@"^{name} .* listens on http://(127\.0\.0\.1:\d+)") is { Success: true } match)
            {
                _ = program.StandardOutput.ReadToEndAsync();
                return match.Groups[1].Value;
            }
        }

        throw new InvalidOperationException($"{name} ended before it listened");
    }
}

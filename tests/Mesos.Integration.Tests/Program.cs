using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Mesos.Integration.Tests;

/// <summary>The built executable, running as a process of its own.</summary>
internal sealed partial class Program : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigUser1 = 10;
    private const int SigTerm = 15;

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly Task reading;

    private Program(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, output, lines.Writer), ReadAsync(process.StandardError, errors, null));
    }

    /// <summary>The executable under test: the one built with these tests, unless the environment names another, such as the native one.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("MESOS_TEST_EXECUTABLE") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "mesos.exe" : "mesos");

    /// <summary>Whether it is compiled ahead of time.</summary>
    public static bool IsNative => !File.Exists(System.IO.Path.ChangeExtension(Path, ".dll"));

    public string Output => Join(output);

    public string Errors => Join(errors);

    public static Program Start(params string[] arguments) => Start(Path, [], arguments);

    /// <param name="path">The executable or a link to it.</param>
    /// <param name="environment">What is set in addition.</param>
    /// <param name="arguments">The arguments.</param>
    public static Program Start(string path, IEnumerable<KeyValuePair<string, string>> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(path) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MESOS_", StringComparison.Ordinal) || name.StartsWith("LIBPROCESS_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Program(Process.Start(start)!);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        return (await program.WaitAsync(), program.Output, program.Errors);
    }

    /// <summary>Waits for a line of standard output.</summary>
    public async Task<Match> ExpectAsync(string pattern)
    {
        await foreach (var line in lines.Reader.ReadAllAsync(TestContext.CurrentContext.CancellationToken))
        {
            if (Regex.Match(line, pattern) is { Success: true } match)
            {
                return match;
            }
        }

        await WaitAsync();
        throw new InvalidOperationException($"The program ended without a line like '{pattern}'.\nOutput:\n{Output}\nErrors:\n{Errors}");
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> WaitAsync() => EndAsync().InTime();

    /// <summary>Asks the program to end, as service managers do.</summary>
    public void Terminate() => Assert.That(Signal(process.Id, SigTerm), Is.Zero);

    /// <summary>Tells an agent to take leave of its master for good. Linux.</summary>
    public void Unregister() => Assert.That(Signal(process.Id, SigUser1), Is.Zero);

    /// <summary>Ends the program without giving it a chance to clean up.</summary>
    public void Kill() => process.Kill();

    /// <summary>Ends a process that a program of the test has started.</summary>
    public static void KillProcess(int pid) => _ = Signal(pid, SigKill);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        // The time of the test may be over, and something else may hold what the program wrote to.
        await EndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        process.Dispose();
    }

    private async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        await reading;
        return process.ExitCode;
    }

    private static async Task ReadAsync(StreamReader reader, List<string> into, ChannelWriter<string>? channel)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (into)
            {
                into.Add(line);
            }

            channel?.TryWrite(line);
        }

        channel?.Complete();
    }

    private static string Join(List<string> from)
    {
        lock (from)
        {
            return string.Join('\n', from);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}

using System.Diagnostics;
using System.Text;

namespace LibProcess.Tests.Http;

/// <summary>A program of the machine, such as curl; tests that need it are passed over where it is not installed.</summary>
internal sealed class InstalledProgram(string name, params string[] always)
{
    private readonly string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);

    public void Require()
    {
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, name))))
        {
            Assert.Ignore($"{name} is not installed");
        }
    }

    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(name, [.. always, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}

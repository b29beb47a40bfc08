using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// A workload on the original's library: runs the program of its name in the directory of the original's programs with the shape
/// as <c>name=value</c>, and takes what it prints: the operations and the seconds they took.
/// </summary>
internal sealed class OriginalWorkload(string program, Shape shape) : IWorkload
{
    public static IWorkload Create(Order order)
    {
        string program = Path.Combine(Sides.OriginalDirectory!, order.Workload);
        return File.Exists(program)
            ? new OriginalWorkload(program, order.Shape)
            : throw new NotSupportedException($"The original has no program '{order.Workload}'");
    }

    public Task PrepareAsync() => Task.CompletedTask;

    public async Task<Outcome> RunAsync()
    {
        string[] arguments = [.. shape.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}={item.Value}"))];
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        Told? told = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{'))
            {
                told = JsonSerializer.Deserialize<Told>(line, JsonSerializerOptions.Web);
            }
        }

        await process.WaitForExitAsync();
        return told is { Operations: > 0 }
            ? new Outcome(told.Operations) { Seconds = told.Seconds, CpuSeconds = told.CpuSeconds }
            : throw new MiscountException($"The original's program ended with {process.ExitCode} and told nothing");
    }

    public Task FinishAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed record Told(long Operations, double Seconds, double CpuSeconds);
}

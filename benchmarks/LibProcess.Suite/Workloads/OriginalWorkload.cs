using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// A workload on the original's library: runs its program (benchmarks/Original) with the shape as <c>name=value</c>, and takes
/// what it prints: the operations and the seconds they took. What it is remote to is a second program, of its own or of ours.
/// </summary>
internal sealed class OriginalWorkload(string workload, Shape shape, Func<Task<SecondProgram>>? startOther = null) : IWorkload
{
    private SecondProgram? other;
    private long before;

    public IEnumerable<SecondProgram> Others => other is null ? [] : [other];

    private static string Program => Path.Combine(Sides.OriginalDirectory ?? string.Empty, "libprocess-original");

    public static IWorkload Create(Order order) => order.Workload switch
    {
        "remote" or "toOriginal" or "fromOriginal" => new OriginalWorkload("remote", order.Shape, () => ServeAsync(order.Shape.Int("clients"))),
        "http" => new HttpLoad(() => ServeAsync(0), order.Shape.Has("gzip") ? HttpServer.Large : HttpServer.Small, order.Shape),
        _ => new OriginalWorkload(order.Workload, order.Shape),
    };

    /// <summary>The original as the other end.</summary>
    public static Task<SecondProgram> ServeAsync(int echoes) => SecondProgram.StartProgramAsync(Program, "serve", $"{echoes}");

    public async Task PrepareAsync()
    {
        if (startOther is not null)
        {
            other ??= await startOther();
            before = (await other.UsageAsync()).Counted;
        }
    }

    public async Task<Outcome> RunAsync()
    {
        List<string> arguments = [workload, .. shape.Select(item => string.Create(CultureInfo.InvariantCulture, $"{item.Key}={item.Value}"))];
        if (other is not null)
        {
            arguments.Add($"address={other.Address}");
        }

        using Process process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
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
            ? new Outcome(told.Operations) { Seconds = told.Seconds, OwnCpuSeconds = told.CpuSeconds, Extra = told.Extra }
            : throw new MiscountException($"The original's program ended with {process.ExitCode}: {(await errors).Trim()}");
    }

    public async Task FinishAsync()
    {
        if (other is not null)
        {
            // Each client sends a greeting before its pings.
            long clients = shape.Int("clients");
            long pings = shape.Long(Shape.Operations) / clients * clients;
            MiscountException.Check("pings", pings + clients, (await other.UsageAsync()).Counted - before);
        }
    }

    public ValueTask DisposeAsync() => other?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed record Told(long Operations, double Seconds, double CpuSeconds, Dictionary<string, double> Extra);
}

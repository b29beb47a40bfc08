using System.Diagnostics;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Measuring;

/// <summary>The program of one side, which stays through all rounds of a benchmark so that it is warm.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly Process process;

    private Worker(string side, Process process)
    {
        Side = side;
        this.process = process;
    }

    public string Side { get; }

    /// <summary>The part of the operations this side does.</summary>
    public double Share { get; set; } = 1;

    /// <returns>Null where that side is not there.</returns>
    public static Worker? TryStart(string side, bool pinned) =>
        Sides.Find(side) is var (assembly, arguments) ? new Worker(side, ChildProgram.Start(assembly, arguments, pinned)) : null;

    /// <summary>One round. What goes wrong is told in the sample.</summary>
    public async Task<Sample> MeasureAsync(Order order)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await Lines.WriteAsync<Order>(process.StandardInput, order);
            return await Lines.ReadAsync<Sample>(process.StandardOutput, patience.Token) ?? new Sample { Error = "The program ended" };
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return new Sample { Error = $"No answer for {Patience.TotalSeconds:N0} s: messages were lost" };
        }
        catch (IOException exception)
        {
            return new Sample { Error = exception.Message };
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        await ChildProgram.EndAsync(process);
    }
}

using System.Diagnostics;

namespace LibProcess.Suite.Rounds;

/// <summary>The other end of a remote workload: a program of the same side that serves, and tells its address and costs.</summary>
internal sealed class SecondProgram : IAsyncDisposable
{
    private readonly Process process;

    private SecondProgram(Process process, string address)
    {
        this.process = process;
        Address = address;
    }

    /// <summary>What the program said it serves on.</summary>
    public string Address { get; }

    /// <summary>Starts this same program as <c>serve</c> with arguments.</summary>
    public static Task<SecondProgram> StartAsync(params string[] arguments) =>
        StartAsync(ChildProgram.Start(typeof(SecondProgram).Assembly.Location, ["serve", .. arguments]));

    /// <summary>Starts another program that serves and talks in the same way.</summary>
    public static Task<SecondProgram> StartProgramAsync(string program, params string[] arguments) =>
        StartAsync(ChildProgram.Start([program, .. arguments]));

    private static async Task<SecondProgram> StartAsync(Process process)
    {
        string? address = await Lines.ReadAsync<string>(process.StandardOutput);
        return new SecondProgram(process, address ?? throw new InvalidOperationException("The second program did not start"));
    }

    /// <summary>The program's side: tells the address, then answers until it is told to stop or its parent is gone.</summary>
    public static async Task ServeAsync(string address, Func<long>? counted = null)
    {
        await Lines.WriteAsync(Console.Out, address);
        while (await Console.In.ReadLineAsync() is "usage")
        {
            await Lines.WriteAsync(Console.Out, Usage.OfThisProgram(counted?.Invoke() ?? 0));
        }
    }

    public async Task<Usage> UsageAsync()
    {
        await process.StandardInput.WriteLineAsync("usage");
        await process.StandardInput.FlushAsync();
        return await Lines.ReadAsync<Usage>(process.StandardOutput) ?? throw new InvalidOperationException("The second program ended");
    }

    public async ValueTask DisposeAsync()
    {
        await process.StandardInput.WriteLineAsync("stop");
        await process.StandardInput.FlushAsync();
        await ChildProgram.EndAsync(process);
    }
}

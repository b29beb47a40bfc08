using System.Diagnostics;
using System.Globalization;
using LibProcess.Addressing;

namespace LibProcess.Throughput;

/// <summary>A second copy of this program, which tells its address and then serves until it is told to stop.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process process;

    private Peer(Process process, NetworkAddress address)
    {
        this.process = process;
        Address = address;
    }

    public NetworkAddress Address { get; }

    /// <param name="sinks">The number of processes that take streams.</param>
    public static async Task<Peer> StartAsync(int sinks)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["serve", sinks.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The second program did not start");
        return new Peer(process, UPid.Parse($"@{line}").Address);
    }

    public async ValueTask DisposeAsync()
    {
        await process.StandardInput.WriteLineAsync("stop");
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

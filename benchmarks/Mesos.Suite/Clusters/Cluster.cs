using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LibProcess.Suite.Rounds;

namespace Mesos.Suite.Clusters;

/// <summary>A master and an agent, each a program, on free ports of the loopback address, with files of their own that are removed.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>What the agent says it has.</summary>
    public const int Cpus = 1000;

    private static readonly HttpClient Http = new();
    private readonly string executable;
    private readonly string[] agentFlags;
    private readonly DirectoryInfo files = Directory.CreateTempSubdirectory("mesos-suite-");
    private string agentPort = "0";

    private Cluster(string executable, string[] agentFlags)
    {
        (this.executable, this.agentFlags) = (executable, agentFlags);
    }

    public Process Master { get; private set; } = null!;

    public Process Agent { get; private set; } = null!;

    /// <summary>Where the master listens.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <summary>Where the agent listens.</summary>
    public string AgentAddress => "127.0.0.1:" + agentPort;

    /// <summary>For files of a workload.</summary>
    public string Files => files.FullName;

    public static async Task<Cluster> StartAsync(string executable, params string[] agentFlags)
    {
        var cluster = new Cluster(executable, agentFlags);
        (cluster.Master, cluster.Address) = await cluster.LaunchAsync("Master", "master", "--port=0", "--registry=in_memory", "--allocation_interval=20ms");
        await cluster.StartAgentAsync();
        return cluster;
    }

    /// <summary>Starts the agent, under the address it had before, and returns when it listens.</summary>
    public async Task StartAgentAsync()
    {
        (Agent, string address) = await LaunchAsync(
            "Agent",
            [
                "slave", $"--port={agentPort}", $"--master={Address}", $"--work_dir={files.FullName}/agent", $"--resources=cpus:{Cpus};mem:1000000;disk:1000000",
                "--registration_backoff_factor=10ms", .. agentFlags,
            ]);
        agentPort = address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>Ends the agent without giving it a chance to clean up.</summary>
    public async Task KillAgentAsync()
    {
        Agent.Kill();
        await Agent.WaitForExitAsync();
        Agent.Dispose();
    }

    /// <summary>Metrics of the agent.</summary>
    public async Task<Func<string, double>> AgentMetricsAsync()
    {
        using JsonDocument document = JsonDocument.Parse(await Http.GetStringAsync(new Uri($"http://{AgentAddress}/metrics/snapshot")));
        Dictionary<string, double> values = document.RootElement.EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.GetDouble());
        return name => values.GetValueOrDefault(name, double.NaN);
    }

    /// <summary>Waits until a metric of the agent has a value.</summary>
    public async Task ExpectAsync(string metric, double value)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            double found = (await AgentMetricsAsync())(metric);
            if (found == value)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
            {
                throw new MiscountException($"{metric}: {found} instead of {value}");
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process program in (Process[])[Agent, Master])
        {
            program.Kill();
            await program.WaitForExitAsync();
            program.Dispose();
        }

        // Containers outlive their agent, as they should.
        foreach (int pid in ProcessFiles.Under(files.FullName))
        {
            ProcessFiles.Kill(pid);
        }

        for (int attempt = 0; attempt < 50 && ProcessFiles.Under(files.FullName).Any(); attempt++)
        {
            await Task.Delay(20);
        }

        files.Delete(recursive: true);
    }

    private async Task<(Process Program, string Address)> LaunchAsync(string name, params string[] arguments)
    {
        Process program = ChildProgram.Start([executable, .. arguments, "--ip=127.0.0.1", "--logging_level=ERROR"]);
        while (await program.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Regex.Match(line, string.Create(CultureInfo.InvariantCulture, $@"^{name} .* listens on http://(127\.0\.0\.1:\d+)")) is { Success: true } match)
            {
                _ = program.StandardOutput.ReadToEndAsync();
                return (program, match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException($"{name} ended before it listened");
    }
}

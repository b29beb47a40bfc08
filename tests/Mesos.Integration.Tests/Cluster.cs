namespace Mesos.Integration.Tests;

/// <summary>A master and an agent, each a process, on free ports of the loopback address.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly string[] agentArguments;

    private Cluster(Program master, Program agent, string address, string[] agentArguments)
    {
        (Master, Agent, Address, this.agentArguments) = (master, agent, address, agentArguments);
    }

    public Program Master { get; }

    public Program Agent { get; private set; }

    /// <summary>Where the master listens, as schedulers take it.</summary>
    public string Address { get; }

    public static async Task<Cluster> StartAsync(Sandbox sandbox)
    {
        var master = Program.Start(
            "master", "--ip=127.0.0.1", "--port=0", "--registry=in_memory", "--allocation_interval=100ms", "--logging_level=WARNING");
        var address = (await master.ExpectAsync(@"^Master .* listens on http://(127\.0\.0\.1:\d+)")).Groups[1].Value;
        string[] arguments =
        [
            "slave",
            "--ip=127.0.0.1",
            $"--master={address}",
            $"--work_dir={sandbox.File("agent")}",
            "--resources=cpus:8;mem:4096;disk:4096",
            "--registration_backoff_factor=10ms",
            "--logging_level=WARNING",
        ];
        var agent = Program.Start([.. arguments, "--port=0"]);
        var port = (await agent.ExpectAsync(@"^Agent .* listens on http://127\.0\.0\.1:(\d+)")).Groups[1].Value;
        return new Cluster(master, agent, address, [.. arguments, $"--port={port}"]);
    }

    /// <summary>Starts the agent again, under its address and on its work directory.</summary>
    /// <param name="changes">Flags that are added.</param>
    public async Task RestartAgentAsync(params string[] changes)
    {
        await Agent.WaitAsync();
        Agent = Program.Start([.. agentArguments, .. changes]);
        await Agent.ExpectAsync("^Agent .* listens on");
    }

    /// <summary>Asks both to end, the agent first.</summary>
    /// <returns>Their exit codes.</returns>
    public async Task<(int Agent, int Master)> StopAsync()
    {
        Agent.Terminate();
        var agent = await Agent.WaitAsync();
        Master.Terminate();
        return (agent, await Master.WaitAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync();
        await Master.DisposeAsync();
    }
}

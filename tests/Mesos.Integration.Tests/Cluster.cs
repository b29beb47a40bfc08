namespace Mesos.Integration.Tests;

/// <summary>A master and an agent, each a process, on free ports of the loopback address.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private Cluster(Program master, Program agent, string address)
    {
        (Master, Agent, Address) = (master, agent, address);
    }

    public Program Master { get; }

    public Program Agent { get; }

    /// <summary>Where the master listens, as schedulers take it.</summary>
    public string Address { get; }

    public static async Task<Cluster> StartAsync(Sandbox sandbox)
    {
        var master = Program.Start(
            "master", "--ip=127.0.0.1", "--port=0", "--registry=in_memory", "--allocation_interval=100ms", "--logging_level=WARNING");
        var address = (await master.ExpectAsync(@"^Master .* listens on http://(127\.0\.0\.1:\d+)")).Groups[1].Value;
        var agent = Program.Start(
            "slave",
            "--ip=127.0.0.1",
            "--port=0",
            $"--master={address}",
            $"--work_dir={sandbox.File("agent")}",
            "--resources=cpus:8;mem:4096;disk:4096",
            "--registration_backoff_factor=10ms",
            "--logging_level=WARNING");
        await agent.ExpectAsync("^Agent .* listens on");
        return new Cluster(master, agent, address);
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

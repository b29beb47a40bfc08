using LibProcess.Futures;
using LibProcess.Testing;
using Mesos.Master.Registrar;
using Mesos.Proto;

namespace Mesos.Master.Tests.Registrar;

public sealed class RegistrarTests
{
    [Test]
    public async Task Operations_that_come_during_a_store_are_stored_together()
    {
        await using var node = new TestNode();
        var storage = new SlowStorage();
        RegistrarProcess registrar = node.Spawn(new RegistrarProcess(node.Manager, storage));
        Task<RegistryState> recovering = registrar.RecoverAsync(new MasterInfo { Id = "m", Ip = 1, Port = 2 });
        await node.SettleAsync();
        storage.Finish();
        await recovering;

        Task<string?> first = registrar.ApplyAsync(new AdmitAgent(Agent("S0")));
        await node.SettleAsync();
        Task<string?>[] others =
        [
            registrar.ApplyAsync(new AdmitAgent(Agent("S1"))),
            registrar.ApplyAsync(new AdmitAgent(Agent("S0"))),
            registrar.ApplyAsync(new MarkAgentUnreachable("S0", new TimeInfo { Nanoseconds = 1 })),
            registrar.ApplyAsync(new RemoveAgent("S0")),
        ];
        await node.SettleAsync();
        Assert.That(first.IsCompleted, Is.False, "nothing counts before it is stored");
        storage.Finish();
        Assert.That(await first, Is.Null);
        await node.SettleAsync();
        Assert.That(others.Select(task => task.IsCompleted), Is.All.False);
        storage.Finish();
        Assert.That(
            await Task.WhenAll(others),
            Is.EqualTo(new[] { null, "Agent already admitted", null, "Agent not yet admitted" }));
        Assert.That(storage.Stores, Is.EqualTo(3));
        RegistryState registry = await recovering;
        Assert.That(registry.Agents.Keys, Is.EqualTo(new[] { "S1" }));
        Assert.That(registry.ToProto().Unreachable.Slaves.Single().Id.Value, Is.EqualTo("S0"));
    }

    [Test]
    public async Task A_failed_store_fails_every_operation_of_its_batch()
    {
        await using var node = new TestNode { ExpectFaults = true };
        var storage = new SlowStorage();
        RegistrarProcess registrar = node.Spawn(new RegistrarProcess(node.Manager, storage));
        Task<RegistryState> recovering = registrar.RecoverAsync(new MasterInfo { Id = "m", Ip = 1, Port = 2 });
        await node.SettleAsync();
        storage.Finish();
        await recovering;
        Task<string?> operation = registrar.ApplyAsync(new AdmitAgent(Agent("S0")));
        await node.SettleAsync();
        storage.Fail();
        Assert.That(async () => await operation, Throws.InstanceOf<IOException>());
    }

    private static SlaveInfo Agent(string id) => new() { Hostname = "h", Id = new SlaveID { Value = id } };

    private sealed class SlowStorage : IRegistryStorage
    {
        private Promise<bool> store = new();

        public int Stores { get; private set; }

        public void Finish()
        {
            Promise<bool> finished = store;
            store = new Promise<bool>();
            finished.TrySet(true);
        }

        public void Fail() => store.TryFail(new IOException("disk full"));

        public Task<RegistryState> FetchAsync() => Task.FromResult(new RegistryState());

        public Task StoreAsync(RegistryState registry)
        {
            Stores++;
            return store.Task;
        }
    }
}

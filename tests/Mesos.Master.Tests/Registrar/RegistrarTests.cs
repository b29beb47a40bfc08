using Google.Protobuf;
using LibProcess.Futures;
using LibProcess.Testing;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.Registrar.Storage;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Registrar;

public sealed class RegistrarTests
{
    private static readonly RegistrarOptions Options = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(20));

    private TestNode node = null!;
    private SlowStorage storage = null!;
    private RegistrarProcess registrar = null!;

    [SetUp]
    public void SetUp()
    {
        node = new TestNode();
        storage = new SlowStorage();
        registrar = node.Spawn(new RegistrarProcess(node.Manager, storage, Options));
    }

    [TearDown]
    public async Task TearDown() => await node.DisposeAsync();

    [Test]
    public async Task Operations_that_come_during_a_store_are_stored_together()
    {
        await RecoverAsync();
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
        Assert.That(storage.Stored, Has.Count.EqualTo(3));
        Registry registry = Registry.Parser.ParseFrom(storage.Stored[^1]);
        Assert.That(registry.Slaves.Slaves_.Select(agent => agent.Info.Id.Value), Is.EqualTo(new[] { "S1" }));
        Assert.That(registry.Unreachable.Slaves.Single().Id.Value, Is.EqualTo("S0"));
        Assert.That(registry.Master.Info.Id, Is.EqualTo("m"));
    }

    [Test]
    public async Task What_changes_nothing_is_not_stored()
    {
        await RecoverAsync();
        Task<string?> refused = registrar.ApplyAsync(new RemoveAgent("S0"));
        await node.SettleAsync();
        Assert.That(await refused, Is.Not.Null);
        Assert.That(storage.Stored, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_failed_store_fails_every_operation_of_its_batch_and_all_later_ones()
    {
        await RecoverAsync();
        Task<string?> operation = registrar.ApplyAsync(new AdmitAgent(Agent("S0")));
        await node.SettleAsync();
        storage.Fail();
        Assert.That(async () => await operation, Throws.InstanceOf<IOException>().With.Message.EqualTo("Failed to store the registry: disk full"));
        Task<string?> later = registrar.ApplyAsync(new AdmitAgent(Agent("S1")));
        await node.SettleAsync();
        Assert.That(async () => await later, Throws.InstanceOf<IOException>());
        Assert.That(storage.Stored, Has.Count.EqualTo(2), "what the storage holds is not known any more");
    }

    [Test]
    public async Task A_store_that_takes_too_long_fails()
    {
        await RecoverAsync();
        Task<string?> operation = registrar.ApplyAsync(new AdmitAgent(Agent("S0")));
        await node.AdvanceAsync(TimeSpan.FromSeconds(19));
        Assert.That(operation.IsCompleted, Is.False);
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(async () => await operation, Throws.InstanceOf<IOException>().With.Message.EqualTo("Failed to store the registry within 20secs"));
    }

    [Test]
    public async Task A_fetch_that_takes_too_long_fails()
    {
        storage.Fetched = new Promise<ReadOnlyMemory<byte>>();
        Task<Registry> recovering = registrar.RecoverAsync(Master());
        await node.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.That(async () => await recovering, Throws.InstanceOf<IOException>().With.Message.EqualTo("Failed to read the registry within 1mins"));
    }

    [Test]
    public async Task A_registry_that_asks_for_more_than_this_master_can_do_is_left_as_it_is()
    {
        var registry = new Registry();
        registry.MinimumCapabilities.Add(new Registry.Types.MinimumCapability { Capability = "TIME_TRAVEL" });
        registry.MinimumCapabilities.Add(new Registry.Types.MinimumCapability { Capability = "AGENT_DRAINING" });
        storage.Fetched = null;
        storage.Content = registry.ToByteArray();
        Task<Registry> recovering = registrar.RecoverAsync(Master());
        await node.SettleAsync();
        Assert.That(async () => await recovering, Throws.InstanceOf<IOException>().With.Message.Contains("TIME_TRAVEL").And.Message.Not.Contains("DRAINING"));
        Assert.That(storage.Stored, Is.Empty);
    }

    [Test]
    public async Task Bytes_that_are_no_registry_are_refused()
    {
        storage.Content = [0xFF, 0xFF, 0xFF];
        Task<Registry> recovering = registrar.RecoverAsync(Master());
        await node.SettleAsync();
        Assert.That(async () => await recovering, Throws.InstanceOf<IOException>().With.Message.StartsWith("The registry cannot be read"));
        Assert.That(storage.Stored, Is.Empty);
    }

    [Test]
    public async Task What_this_version_does_not_know_stays_in_the_registry()
    {
        // A quota of the older form, and a field with a number no version has yet.
        var registry = new Registry();
        registry.Quotas.Add(new Registry.Types.Quota { Info = new Proto.Quota.QuotaInfo { Role = "r" } });
        byte[] content = [.. registry.ToByteArray(), 0xA2, 0x06, 0x01, 0x41];
        storage.Content = content;
        await RecoverAsync();
        Registry stored = Registry.Parser.ParseFrom(storage.Stored[^1]);
        Assert.That(stored.Quotas.Single().Info.Role, Is.EqualTo("r"));
        stored.Master = null;
        Assert.That(stored.ToByteArray(), Is.EqualTo(content));
    }

    [Test]
    public async Task It_tells_about_itself()
    {
        Assert.That(await MetricAsync("registrar/registry_size_bytes"), Is.Null, "not known before the registry was read");
        await RecoverAsync();
        Task<string?> first = registrar.ApplyAsync(new AdmitAgent(Agent("S0")));
        await node.SettleAsync();
        _ = registrar.ApplyAsync(new AdmitAgent(Agent("S1")));
        await node.SettleAsync();
        Assert.That(await MetricAsync("registrar/queued_operations"), Is.EqualTo(1));
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(3));
        storage.Finish();
        await first;
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(5));
        storage.Finish();
        await node.SettleAsync();
        Assert.That(await MetricAsync("registrar/queued_operations"), Is.Zero);
        Assert.That(await MetricAsync("registrar/registry_size_bytes"), Is.EqualTo(storage.Stored[^1].Length));
        Assert.That(await MetricAsync("registrar/state_fetch_ms"), Is.Not.Null);
        Assert.That(await MetricAsync("registrar/state_store_ms"), Is.EqualTo(5));
        Assert.That(await MetricAsync("registrar/state_store_ms/max"), Is.EqualTo(5));
    }

    private async Task RecoverAsync()
    {
        Task<Registry> recovering = registrar.RecoverAsync(Master());
        await node.SettleAsync();
        storage.Finish();
        await recovering;
    }

    private async Task<double?> MetricAsync(string name)
    {
        var all = node.Manager.Metrics.SnapshotAsync();
        await node.SettleAsync();
        return (await all).Where(metric => metric.Key == name).Select(metric => (double?)metric.Value).SingleOrDefault();
    }

    private static MasterInfo Master() => new() { Id = "m", Ip = 1, Port = 2 };

    private static SlaveInfo Agent(string id) => new() { Hostname = "h", Id = new SlaveID { Value = id } };

    private sealed class SlowStorage : IRegistryStorage
    {
        private Promise<bool> store = new();

        public Promise<ReadOnlyMemory<byte>>? Fetched { get; set; }

        public byte[] Content { get; set; } = [];

        public List<byte[]> Stored { get; } = [];

        public void Finish()
        {
            Promise<bool> finished = store;
            store = new Promise<bool>();
            finished.TrySet(true);
        }

        public void Fail() => store.TryFail(new IOException("disk full"));

        public Task<ReadOnlyMemory<byte>> FetchAsync() => Fetched?.Task ?? Task.FromResult<ReadOnlyMemory<byte>>(Content);

        public Task StoreAsync(byte[] registry)
        {
            Stored.Add(registry);
            return store.Task;
        }
    }
}

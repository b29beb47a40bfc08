using Mesos.Common.Flags;

namespace Mesos.Master.Tests;

public sealed class MasterFlagsTests
{
    [Test]
    public void Defaults_are_those_of_the_original()
    {
        MasterOptions options = MasterFlags.ToOptions(Load("--registry=in_memory"));
        Assert.Multiple(() =>
        {
            Assert.That(options.AgentPingTimeout, Is.EqualTo(TimeSpan.FromSeconds(15)));
            Assert.That(options.MaxAgentPingTimeouts, Is.EqualTo(5));
            Assert.That(options.AgentReregisterTimeout, Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(options.AllocationInterval, Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(options.OfferTimeout, Is.Null);
            Assert.That((options.AuthenticateFrameworks, options.AuthenticateAgents, options.Credentials), Is.EqualTo((false, false, (Mesos.Proto.Credentials?)null)));
            Assert.That(options.AuthenticationTimeout, Is.EqualTo(TimeSpan.FromSeconds(15)));
            Assert.That(options.Roles, Is.Null);
            Assert.That(options.MinAllocatableResources, Is.EqualTo(new MasterOptions().MinAllocatableResources));
            Assert.That(options.Registry, Is.EqualTo(RegistryKind.InMemory));
            Assert.That(options.RegistryFetchTimeout, Is.EqualTo(TimeSpan.FromMinutes(1)));
            Assert.That(options.RegistryStoreTimeout, Is.EqualTo(TimeSpan.FromSeconds(20)));
            Assert.That(options.RegistryGcInterval, Is.EqualTo(TimeSpan.FromMinutes(15)));
            Assert.That(options.RegistryMaxAgentAge, Is.EqualTo(TimeSpan.FromDays(14)));
            Assert.That(options.RegistryMaxAgentCount, Is.EqualTo(102_400));
            Assert.That(options.RecoveryAgentRemovalLimit, Is.EqualTo(1));
            Assert.That(options.AgentRemovalRateLimit, Is.Null);
            Assert.That(options.Flags.Select(flag => flag.Key), Does.Contain("agent_ping_timeout"));
            Assert.That(MasterFlags.ToNodeOptions(Load("--registry=in_memory")).Port, Is.EqualTo(5050));
            Assert.That(MasterFlags.ToNodeOptions(Load("--registry=in_memory")).Delegate, Is.EqualTo("master"));
        });
    }

    [Test]
    public void Values_are_read()
    {
        MasterOptions options = MasterFlags.ToOptions(Load(
            "--registry=in_memory", "--roles=dev,prod", "--weights=dev=2.5,prod=1", "--min_allocatable_resources=cpus:1;mem:64|disk:5",
            "--offer_timeout=1mins", "--cluster=test", "--no-root_submissions", "--agent_removal_rate_limit=1/10mins",
            "--recovery_agent_removal_limit=25%",
            "--domain={\"fault_domain\": {\"region\": {\"name\": \"a\"}, \"zone\": {\"name\": \"b\"}}}"));
        Assert.Multiple(() =>
        {
            Assert.That(options.Roles, Is.EquivalentTo(new[] { "dev", "prod" }));
            Assert.That(options.Weights["dev"], Is.EqualTo(2.5));
            Assert.That(options.MinAllocatableResources[0]["mem"], Is.EqualTo(64));
            Assert.That(options.MinAllocatableResources[1]["disk"], Is.EqualTo(5));
            Assert.That(options.OfferTimeout, Is.EqualTo(TimeSpan.FromMinutes(1)));
            Assert.That(options.RootSubmissions, Is.False);
            Assert.That(options.AgentRemovalRateLimit!.Value.Spacing, Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(options.RecoveryAgentRemovalLimit, Is.EqualTo(0.25));
            Assert.That(options.Domain!.FaultDomain.Zone.Name, Is.EqualTo("b"));
        });
    }

    [Test]
    public void Credentials_are_read_from_a_file()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "fw secret\n");
        MasterOptions options = MasterFlags.ToOptions(Load("--registry=in_memory", "--authenticate_frameworks", "--authenticate_slaves", $"--credentials={file}"));
        File.Delete(file);
        Assert.That(options.Credentials!.Credentials_.Single().Principal, Is.EqualTo("fw"));
        Assert.That((options.AuthenticateFrameworks, options.AuthenticateAgents), Is.EqualTo((true, true)));
    }

    [TestCase("--credentials=/nowhere", "Cannot read the credentials file '/nowhere'")]
    [TestCase("", "--work_dir is needed for the registry")]
    [TestCase("--registry=replicated_log", "'replicated_log' is not built yet")]
    [TestCase("--registry=zookeeper", "expected 'local' or 'in_memory'")]
    [TestCase("--registry_store_timeout=0secs", "more than zero")]
    [TestCase("--recovery_agent_removal_limit=120%", "percentage from 0% to 100%")]
    [TestCase("--agent_removal_rate_limit=often", "<permits>/<interval>")]
    [TestCase("--domain={\"fault_domain\": {}}", "region")]
    [TestCase("--agent_reregister_timeout=1mins", "at least 10mins")]
    [TestCase("--agent_ping_timeout=1hrs", "1secs to 15mins")]
    [TestCase("--max_agent_ping_timeouts=0", "at least 1")]
    [TestCase("--offer_timeout=0secs", "more than zero")]
    [TestCase("--weights=dev", "role=weight")]
    [TestCase("--min_allocatable_resources=cpus", "cpus:0.01;mem:32")]
    public void Wrong_values_are_refused_with_a_sentence(string argument, string expected)
    {
        string[] arguments = argument.Length == 0 || argument.StartsWith("--registry", StringComparison.Ordinal)
            ? [.. new[] { argument }.Where(a => a.Length > 0)]
            : ["--registry=in_memory", argument];
        Assert.That(MasterFlags.Table.TryLoad(arguments, [], out _, out string? error), Is.False);
        Assert.That(error, Does.Contain(expected));
    }

    private static FlagValues Load(params string[] arguments)
    {
        Assert.That(MasterFlags.Table.TryLoad(arguments, [], out FlagValues? values, out string? error), Is.True, error);
        return values!;
    }
}

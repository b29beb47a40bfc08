using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Proto;

namespace Mesos.Master.Tests.Allocator;

public sealed class AllocationRunTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private AllocatorState state = null!;
    private AllocatorOptions options = null!;

    [SetUp]
    public void Start()
    {
        state = new AllocatorState();
        options = AllocatorOptions.From(new MasterOptions());
    }

    [Test]
    public void An_agent_goes_whole_to_whoever_has_least()
    {
        Framework("rich", "*");
        Framework("poor", "*");
        Agent("a1", "cpus:4;mem:1024");
        Agent("a2", "cpus:4;mem:1024");
        state.Allocate("rich", "a1", Resources.Parse("cpus:3").Allocate("*"));
        Assert.That(Run()["poor"]["*"].Keys, Does.Contain("a1"));
    }

    [Test]
    public void Equal_frameworks_share_equally()
    {
        Framework("f1", "*");
        Framework("f2", "*");
        for (int i = 0; i < 10; i++)
        {
            Agent($"a{i}", "cpus:1;mem:100");
        }

        var result = Run();
        Assert.That(result["f1"]["*"], Has.Count.EqualTo(5));
        Assert.That(result["f2"]["*"], Has.Count.EqualTo(5));
    }

    [Test]
    public void The_dominant_resource_decides()
    {
        Framework("cpu-heavy", "*");
        Framework("mem-heavy", "*");
        Agent("used", "cpus:10;mem:1000");
        Agent("free", "cpus:10;mem:1000");
        state.Allocate("cpu-heavy", "used", Resources.Parse("cpus:4;mem:10").Allocate("*"));
        state.Allocate("mem-heavy", "used", Resources.Parse("cpus:1;mem:500").Allocate("*"));
        Assert.That(Run(["free"])["cpu-heavy"]["*"].Keys, Is.EqualTo(new[] { "free" }));
    }

    [Test]
    public void Weights_shift_the_shares_of_roles()
    {
        options = options with { Weights = new Dictionary<string, double> { ["big"] = 3 } };
        Framework("f1", "big");
        Framework("f2", "small");
        for (int i = 0; i < 8; i++)
        {
            Agent($"a{i}", "cpus:1;mem:100");
        }

        var result = Run();
        Assert.That(result["f1"]["big"], Has.Count.EqualTo(6));
        Assert.That(result["f2"]["small"], Has.Count.EqualTo(2));
    }

    [Test]
    public void Reserved_resources_go_to_their_role_and_below_only()
    {
        Framework("f1", "eng/web");
        Agent("a1", "cpus(eng):2;mem(eng):64;cpus(ops):2;mem(ops):64");
        Resources given = Run()["f1"]["eng/web"]["a1"];
        Assert.That(given.Unallocate(), Is.EqualTo(Resources.Parse("cpus(eng):2;mem(eng):64")));
    }

    [Test]
    public void What_was_refused_is_hidden_until_more_is_free()
    {
        FrameworkLedger framework = Framework("f1", "*");
        Agent("a1", "cpus:4;mem:1024");
        framework.Filters.Add("*", "a1", Resources.Parse("cpus:2;mem:1024"), Now + TimeSpan.FromSeconds(5));
        Assert.That(Run(), Has.Count.EqualTo(1), "there is more than what was refused");

        Start();
        framework = Framework("f1", "*");
        Agent("a1", "cpus:2;mem:1024");
        framework.Filters.Add("*", "a1", Resources.Parse("cpus:2;mem:1024"), Now + TimeSpan.FromSeconds(5));
        Assert.That(Run(), Is.Empty);
        Assert.That(Run(now: Now + TimeSpan.FromSeconds(6)), Has.Count.EqualTo(1));
    }

    [Test]
    public void What_one_refused_another_may_get()
    {
        FrameworkLedger first = Framework("f1", "*");
        Framework("f2", "*");
        Agent("a1", "cpus:2;mem:1024");
        first.Filters.Add("*", "a1", Resources.Parse("cpus:2;mem:1024"), Now + TimeSpan.FromSeconds(5));
        Assert.That(Run().Keys, Is.EqualTo(new[] { "f2" }));
    }

    [TestCase("cpus:0.009;mem:31", ExpectedResult = 0)]
    [TestCase("cpus:0.01", ExpectedResult = 1)]
    [TestCase("mem:32", ExpectedResult = 1)]
    [TestCase("disk:1000", ExpectedResult = 0)]
    public int Crumbs_are_not_offered(string resources)
    {
        Framework("f1", "*");
        Agent("a1", resources);
        return Run().Count;
    }

    [Test]
    public void A_framework_can_have_a_minimum_of_its_own()
    {
        var info = new FrameworkInfo { User = "u", Name = "f1" };
        var quantities = new OfferFilters.Types.ResourceQuantities();
        quantities.Quantities.Add("cpus", new Value.Types.Scalar { Value = 3 });
        info.OfferFilters.Add("*", new OfferFilters { MinAllocatableResources = new OfferFilters.Types.MinAllocatableResources { Quantities = { quantities } } });
        state.Frameworks["f1"] = new FrameworkLedger("f1", info, new FrameworkOptions(new HashSet<string>())) { Active = true };
        Agent("small", "cpus:2;mem:1024");
        Agent("large", "cpus:3;mem:1024");
        Assert.That(Run()["f1"]["*"].Keys, Is.EqualTo(new[] { "large" }));
    }

    [Test]
    public void Agents_that_lack_a_capability_are_kept_from_frameworks_that_need_it()
    {
        Framework("several", "a", FrameworkInfo.Types.Capability.Types.Type.MultiRole);
        Framework("nested", "a/b");
        state.AddAgent("old", new AgentLedger(AgentCapabilities.Of([]), Resources.Parse("cpus:4;mem:1024")));
        Assert.That(Run(), Is.Empty);
    }

    [Test]
    public void Gpus_are_for_those_that_ask()
    {
        Framework("f1", "*");
        Agent("a1", "cpus:4;mem:1024;gpus:1");
        Assert.That(Run(), Is.Empty);
        options = options with { FilterGpuResources = false };
        Assert.That(Run(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Suppressed_and_inactive_frameworks_and_agents_are_left_out()
    {
        Framework("suppressed", "*").Suppress(new HashSet<string>());
        Framework("inactive", "*").Active = false;
        Agent("a1", "cpus:4;mem:1024");
        Assert.That(Run(), Is.Empty);

        Framework("f1", "*");
        state.Agents["a1"].Active = false;
        Assert.That(Run(), Is.Empty);
    }

    [Test]
    public void What_is_given_back_is_whole_again()
    {
        Framework("f1", "*");
        Agent("a1", "cpus:4;mem:1024;ports:[31000-32000]");
        Resources given = Run()["f1"]["*"]["a1"];
        Assert.That(state.Agents["a1"].Available.IsEmpty, Is.True);
        state.Recover("f1", "a1", given);
        Assert.That(state.Agents["a1"].Available, Is.EqualTo(Resources.Parse("cpus:4;mem:1024;ports:[31000-32000]")));
        Assert.That(state.AllocatedIn("*").DominantShareOf(state.Cluster), Is.Zero);
    }

    private FrameworkLedger Framework(string id, string role, params FrameworkInfo.Types.Capability.Types.Type[] capabilities)
    {
        var info = new FrameworkInfo { User = "u", Name = id };
        info.Capabilities.Add(capabilities.Select(type => new FrameworkInfo.Types.Capability { Type = type }));
        if (capabilities.Contains(FrameworkInfo.Types.Capability.Types.Type.MultiRole))
        {
            info.Roles.Add(role);
        }
        else
        {
            info.Role = role;
        }

        return state.Frameworks[id] = new FrameworkLedger(id, info, new FrameworkOptions(new HashSet<string>())) { Active = true };
    }

    private void Agent(string id, string resources) => state.AddAgent(
        id,
        new AgentLedger(
            AgentCapabilities.Of(AgentCapabilities.CreateAll()),
            Resources.Parse(resources)));

    private IReadOnlyDictionary<string, Dictionary<string, Dictionary<string, Resources>>> Run(IEnumerable<string>? agents = null, DateTimeOffset? now = null) =>
        new AllocationRun(state, options, now ?? Now).Over(agents ?? [.. state.Agents.Keys]);
}

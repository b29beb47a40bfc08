using System.Net;
using LibProcess.Http;
using LibProcess.Processes;
using Mesos.Common.Flags;
using Mesos.Common.Protobuf;

namespace Mesos.Slave.Tests;

/// <summary>What flags of an agent are accepted with, refused with and lead to.</summary>
[TestFixture]
internal sealed class FlagTests
{
    private const string AllFeatures =
        """{"capabilities": [{"type": "MULTI_ROLE"}, {"type": "HIERARCHICAL_ROLE"}, {"type": "RESERVATION_REFINEMENT"}, {"type": "AGENT_OPERATION_FEEDBACK"}, {"type": "RESOURCE_PROVIDER"}, {"type": "AGENT_DRAINING"}, {"type": "TASK_RESOURCE_LIMITS"}]}""";

    private const string Domain = """{"fault_domain": {"region": {"name": "north"}, "zone": {"name": "n1"}}}""";

    [TestCase("--acls={}", "acls", "not built")]
    [TestCase("--authenticate_http_executors", "'true'", "not built")]
    [TestCase("--http_authenticators=org_other", "'org_other'", "not built")]
    [TestCase("--http_credentials=/does/not/exist", "--http_credentials")]
    [TestCase("--executor_secret_key=/k", "--executor_secret_key", "not built")]
    [TestCase("--effective_capabilities={}", "not built")]
    [TestCase("--seccomp_profile_name=p", "not built")]
    [TestCase("--modules={\"libraries\": []}", "not built")]
    [TestCase("--authorizer=org_other", "'org_other'", "not built")]
    [TestCase("--authenticatee=kerberos", "not built")]
    [TestCase("--image_providers=docker", "not built")]
    [TestCase("--cgroups_enable_cfs", "--cgroups_enable_cfs", "not limited")]
    [TestCase("--egress_rate_limit_per_container=1MB", "not built")]
    [TestCase("--default_container_dns={}", "not built")]
    [TestCase("--http_command_executor=true", "v1 API")]
    [TestCase("--ip6=::1", "IPv4")]
    [TestCase("--containerizers=docker,mesos", "docker", "not built")]
    [TestCase("--containerizers=rkt", "expected mesos")]
    [TestCase("--launcher=linux", "'linux'", "not built")]
    [TestCase("--launcher=other", "expected posix")]
    [TestCase("--isolation=cgroups/cpu,posix/mem", "cgroups/cpu", "not built")]
    [TestCase("--isolation=posix/cpu,posix/cpu", "twice")]
    [TestCase("--master=zk://bob:hunter2@a:2181/mesos", "--master", "ZooKeeper", "zk://***@a:2181/mesos")]
    [TestCase("--master=zk://bob:hunter2@a:2181", "zk://***@a:2181")]
    [TestCase("--master=bob:hunter2@a", "host:port")]
    [TestCase("--advertise_port=0", "--advertise_port", "'0'", "1 to 65535")]
    [TestCase("--resources=cpus", "--resources", "'cpus'")]
    [TestCase("--resources=cpus:-1", "--resources")]
    [TestCase("--attributes=rack", "--attributes", "'rack'")]
    [TestCase("--default_role=a b", "--default_role", "'a b'")]
    [TestCase("--executor_reregistration_retry_interval=0secs", "more than 0")]
    [TestCase("--launcher_dir=/does/not/exist", "'/does/not/exist'")]
    [TestCase("--authentication_timeout_min=2mins", "--authentication_timeout_min", "2mins", "--authentication_timeout_max=1mins")]
    [TestCase("--fetcher_cache_size=lots", "--fetcher_cache_size", "'lots'")]
    [TestCase("--domain={}", "fault_domain")]
    [TestCase("--agent_features={\"capabilities\": [{\"type\": \"MULTI_ROLE\"}]}", "HIERARCHICAL_ROLE")]
    [TestCase("--agent_features={}", "capabilities")]
    [TestCase("--firewall_rules={\"disabled_endpoint\": {}}", "disabled_endpoints")]
    [TestCase("--firewall_rules={\"disabled_endpoints\": {\"path\": [\"/state\"]}}", "one member, paths")]
    [TestCase("--firewall_rules={\"disabled_endpoints\": {\"paths\": [\"state\"]}}", "'state'")]
    public void What_cannot_be_done_is_refused_with_a_sentence(string flag, params string[] words)
    {
        Assert.That(TryLoad([flag], [], out _, out string? error), Is.False);
        Assert.That(error, Does.Contain(flag.Split('=')[0]).And.Not.Contain("hunter2"));
        Assert.That(words.Where(word => !error!.Contains(word, StringComparison.Ordinal)), Is.Empty, error);
        Assert.That(error, Does.Not.Contain('\n'));
    }

    [Test]
    public void Two_ways_to_say_the_address_are_one_too_many() =>
        Assert.That(Refuse("--ip=127.0.0.1", "--ip_discovery_command=true"), Does.Contain("--ip_discovery_command").And.Contain("--ip "));

    [Test]
    public void A_variable_of_a_flag_that_is_not_built_is_refused_as_the_flag_is()
    {
        Dictionary<string, string> environment = new() { ["MESOS_ACLS"] = "{}" };
        Assert.That(TryLoad([], environment, out _, out string? error), Is.False);
        Assert.That(error, Does.Contain("MESOS_ACLS").And.Contain("not built"));
    }

    [TestCase("--http_command_executor=false")]
    [TestCase("--authenticatee=crammd5")]
    [TestCase("--authorizer=local")]
    [TestCase("--authenticate_http_readonly=false")]
    [TestCase("--no-authenticate_http_readwrite")]
    [TestCase("--http_authenticators=basic")]
    [TestCase("--systemd_enable_support=false")]
    [TestCase("--cgroups_enable_cfs=false")]
    [TestCase("--no-memory_profiling")]
    [TestCase("--isolation=posix/cpu,posix/mem,filesystem/posix,environment_secret,network/cni")]
    public void What_asks_for_what_is_done_anyway_is_accepted(string flag) => Assert.That(Load(flag).Warnings, Is.Empty);

    [TestCase("--cgroups_hierarchy=/cgroup", "cgroups")]
    [TestCase("--docker_registry=https://registry.example", "--image_providers")]
    [TestCase("--docker_remove_delay=1hrs", "Docker containerizer")]
    [TestCase("--fetcher_cache_dir=/tmp/f", "fetcher")]
    [TestCase("--hadoop_home=/opt/hadoop", "fetcher")]
    [TestCase("--systemd_enable_support=true", "KillMode")]
    [TestCase("--runtime_dir=/run/mesos", "nothing is kept there")]
    [TestCase("--zk_session_timeout=5secs", "ZooKeeper")]
    [TestCase("--isolation=process", "deprecated")]
    public void What_changes_nothing_here_is_accepted_with_a_warning(string flag, string words)
    {
        string warning = Load(flag).Warnings.Single();
        Assert.That(warning, Does.StartWith("Flag " + flag.Split('=')[0]).And.Contain(words));
    }

    [Test]
    public void A_file_that_names_the_master_is_shown_by_its_name()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "10.0.0.1:5050\n");
            FlagValues values = Load("--master=file://" + file);
            Assert.That(SlaveFlags.MasterOf(values).ToString(), Is.EqualTo("master@10.0.0.1:5050"));
            Assert.That(SlaveFlags.ToOptions(values).Flags["master"], Is.EqualTo("file://" + file));
            File.WriteAllText(file, "zk://bob:hunter2@a/mesos");
            Assert.That(Refuse("--master=file://" + file), Does.Contain("ZooKeeper").And.Not.Contain("hunter2"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCase("--ip=10.0.0.1 --advertise_ip=1.2.3.4", "0.0.0.0", "10.0.0.1")]
    [TestCase("--advertise_ip=1.2.3.4", "0.0.0.0", "0.0.0.0")]
    [TestCase("--advertise_ip=1.2.3.4", "10.0.0.2", "10.0.0.2")]
    [TestCase("", "10.0.0.2", "10.0.0.2")]
    [TestCase("", "0.0.0.0", null)]
    public void Executors_listen_where_the_agent_does_and_never_on_an_address_of_others(string flags, string surroundings, string? expected)
    {
        FlagValues values = Load(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        ProcessManagerOptions node = SlaveFlags.ApplyTo(values, new ProcessManagerOptions { Ip = IPAddress.Parse(surroundings) });
        Assert.That(SlaveFlags.ToOptions(values, node).ExecutorIp?.ToString(), Is.EqualTo(expected));
        if (surroundings == "0.0.0.0")
        {
            Assert.That(SlaveFlags.ToOptions(values).ExecutorIp?.ToString(), Is.EqualTo(expected), "the flags alone say it");
        }
    }

    [Test]
    public async Task An_address_that_belongs_to_another_machine_is_not_given_to_executors()
    {
        await using var rig = new SlaveRig(options => options with { ExecutorIp = IPAddress.Any });
        await rig.RegisterAsync();
        await rig.FromMasterAsync(rig.ExecutorTask());
        Assert.That(rig.Containers.Launches[0].Environment.Keys, Has.None.EqualTo("LIBPROCESS_IP"));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_command_may_tell_the_address_to_listen_on()
    {
        Assert.That(await Discover("echo ' 10.1.2.3 '"), Is.EqualTo(IPAddress.Parse("10.1.2.3")));
        Assert.That(await SlaveFlags.DiscoverIpAsync(Load(), CancellationToken.None), Is.Null);
        Assert.That(
            async () => await Discover("echo none"),
            Throws.TypeOf<SlaveException>().With.Message.Contains("--ip_discovery_command").And.Message.Contains("'none'").And.Message.Contains("IPv4"));
        Assert.That(async () => await Discover("exit 3"), Throws.TypeOf<SlaveException>().With.Message.Contains("'exit 3'").And.Message.Contains("status 3"));

        static Task<IPAddress?> Discover(string command) => SlaveFlags.DiscoverIpAsync(Load("--ip_discovery_command=" + command), CancellationToken.None);
    }

    [Test]
    public async Task A_domain_is_told_to_the_master_and_shown()
    {
        SlaveOptions options = SlaveFlags.ToOptions(Load("--domain=" + Domain));
        await using var rig = new SlaveRig();
        await using SlaveDaemon daemon = await SlaveDaemon.StartAsync(
            rig.Node.Manager, options with { WorkDirectory = Path.Combine(rig.WorkDirectory, "other"), Hostname = "h" }, rig.Detector);
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        RegisterSlaveMessage said = rig.Master.Got<RegisterSlaveMessage>().First(message => message.Slave.Hostname == "h");
        Assert.That((said.Slave.Domain.FaultDomain.Region.Name, said.Slave.Domain.FaultDomain.Zone.Name), Is.EqualTo(("north", "n1")));
        using var client = new HttpClient();
        string state = await client.GetStringAsync(new Uri($"http://{daemon.Pid.Address}/{daemon.Pid.Id}/state"));
        Assert.That(state, Does.Contain("\"domain\":{\"fault_domain\":{\"region\":{\"name\":\"north\"},\"zone\":{\"name\":\"n1\"}}}"));
    }

    [Test]
    public async Task Features_are_told_to_the_master_and_shown()
    {
        AgentCapabilities features = SlaveFlags.ToOptions(Load("--agent_features=" + AllFeatures)).Features;
        Assert.That(features.ResizeVolume, Is.False);
        await using var rig = new SlaveRig(options => options with { Features = features });
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(rig.Options.RegistrationBackoffFactor);
        Assert.That(
            rig.Master.Got<RegisterSlaveMessage>()[0].AgentCapabilities.Select(capability => capability.Type.WireName()),
            Has.Exactly(7).Items.And.None.EqualTo("RESIZE_VOLUME"));
        Assert.That(await rig.GetAsync("/state"), Does.Contain("\"RESOURCE_PROVIDER\",\"AGENT_OPERATION_FEEDBACK\""));
    }

    [Test]
    public void Firewall_rules_and_memory_profiling_are_the_nodes()
    {
        ProcessManagerOptions node = SlaveFlags.ApplyTo(
            Load("--firewall_rules={\"disabled_endpoints\": {\"paths\": [\"/slave(1)/state\"]}}", "--memory_profiling"), new ProcessManagerOptions());
        Assert.That(node.MemoryProfiling, Is.True);
        HttpResponse? refused = node.Firewall.Single().Apply(null!, ["/slave(1)/state"]);
        Assert.That(refused!.Status, Is.EqualTo(403));
        Assert.That(SlaveFlags.ApplyTo(Load(), new ProcessManagerOptions { MemoryProfiling = true }).MemoryProfiling, Is.True);
    }

    [Test]
    public async Task Those_who_call_prove_who_they_are_where_that_is_asked_for()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "me secret");
        try
        {
            FlagValues values = Load("--authenticate_http_readonly", "--http_credentials=" + file);
            SlaveOptions options = SlaveFlags.ToOptions(values);
            await using var rig = new SlaveRig();
            await using SlaveDaemon daemon = await SlaveDaemon.StartAsync(
                rig.Node.Manager, options with { WorkDirectory = Path.Combine(rig.WorkDirectory, "other"), Hostname = "h" }, rig.Detector);
            using var client = new HttpClient { BaseAddress = new Uri($"http://{daemon.Pid.Address}/{daemon.Pid.Id}/") };
            using HttpResponseMessage refused = await client.GetAsync(new Uri("flags", UriKind.Relative));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That(refused.Headers.WwwAuthenticate.Single().ToString(), Is.EqualTo("Basic realm=\"mesos-agent-readonly\""));
            using HttpResponseMessage free = await client.GetAsync(new Uri("health", UriKind.Relative));
            Assert.That(free.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            using HttpResponseMessage other = await client.GetAsync(new Uri("api/v1", UriKind.Relative));
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented), "what changes something was not to be asked about");
            client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("me:secret"u8));
            using HttpResponseMessage allowed = await client.GetAsync(new Uri("flags", UriKind.Relative));
            Assert.That(allowed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Pages_of_the_node_are_in_the_realms_of_the_agent()
    {
        ProcessManagerOptions node = SlaveFlags.ApplyTo(Load(), new ProcessManagerOptions());
        Assert.That((node.ReadOnlyRealm, node.ReadWriteRealm), Is.EqualTo(("mesos-agent-readonly", "mesos-agent-readwrite")));
    }

    [TestCase("--authenticate_http_readonly")]
    [TestCase("--authenticate_http_readwrite")]
    public void Nobody_can_be_let_in_without_credentials(string flag) =>
        Assert.That(Refuse(flag), Does.Contain(flag).And.Contain("--http_credentials"));

    [Test]
    public void A_credential_that_has_gone_since_it_was_checked_is_an_error()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "me secret");
        FlagValues values = Load("--credential=" + file);
        File.Delete(file);
        Assert.That(() => SlaveFlags.ToOptions(values), Throws.TypeOf<SlaveException>().With.Message.Contains(file));
    }

    private static string Refuse(params string[] flags)
    {
        Assert.That(TryLoad(flags, [], out _, out string? error), Is.False);
        return error!;
    }

    private static FlagValues Load(params string[] flags)
    {
        Assert.That(TryLoad(flags, [], out FlagValues? values, out string? error), Is.True, error);
        return values!;
    }

    private static bool TryLoad(string[] flags, Dictionary<string, string> environment, out FlagValues? values, out string? error)
    {
        IEnumerable<string> master = flags.Any(flag => flag.StartsWith("--master=", StringComparison.Ordinal)) ? [] : ["--master=127.0.0.1:5050"];
        return SlaveFlags.Table.TryLoad([.. master, "--work_dir=/w", .. flags], environment, out values, out error);
    }
}

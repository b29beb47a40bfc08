using System.Net;
using System.Net.Sockets;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using LibProcess.Tests.Diagnostics;

namespace LibProcess.Tests.Processes;

public sealed class ProcessEnvironmentTests
{
    private readonly RecordingLoggerFactory log = new();

    [SetUp]
    public void Clear() => log.Messages.Clear();

    [Test]
    public void An_empty_environment_binds_all_addresses_and_a_free_port()
    {
        ProcessManagerOptions options = Read();
        Assert.Multiple(() =>
        {
            Assert.That(options.Ip, Is.EqualTo(IPAddress.Any));
            Assert.That(options.Port, Is.Zero);
            Assert.That(options.AdvertiseIp, Is.Null);
            Assert.That(options.AdvertisePort, Is.Null);
            Assert.That(options.RequirePeerAddressMatch, Is.False);
            Assert.That(options.MemoryProfiling, Is.False);
            Assert.That(options.WorkerThreads, Is.Null);
            Assert.That(options.MetricsRateLimit, Is.EqualTo(new RateLimit(2, TimeSpan.FromSeconds(1))));
        });
        Assert.That(log.Messages, Is.Empty);
    }

    [Test]
    public void Variables_end_up_in_the_options()
    {
        ProcessManagerOptions options = Read(
            "LIBPROCESS_IP=10.0.0.1",
            "LIBPROCESS_PORT=5050",
            "LIBPROCESS_ADVERTISE_IP=192.168.1.2",
            "LIBPROCESS_ADVERTISE_PORT=6060",
            "LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH=true",
            "LIBPROCESS_MEMORY_PROFILING=1",
            "LIBPROCESS_NUM_WORKER_THREADS=4",
            "LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT=5/2secs",
            "LIBPROCESS_SSL_ENABLED=false");
        Assert.Multiple(() =>
        {
            Assert.That(options.Ip, Is.EqualTo(IPAddress.Parse("10.0.0.1")));
            Assert.That(options.Port, Is.EqualTo(5050));
            Assert.That(options.AdvertiseIp, Is.EqualTo(IPAddress.Parse("192.168.1.2")));
            Assert.That(options.AdvertisePort, Is.EqualTo(6060));
            Assert.That(options.RequirePeerAddressMatch, Is.True);
            Assert.That(options.MemoryProfiling, Is.True);
            Assert.That(options.WorkerThreads, Is.EqualTo(4));
            Assert.That(options.MetricsRateLimit, Is.EqualTo(new RateLimit(5, TimeSpan.FromSeconds(2))));
        });
    }

    [Test]
    public void An_empty_rate_limit_means_none()
    {
        Assert.That(Read("LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT=").MetricsRateLimit, Is.Null);
    }

    [TestCase("LIBPROCESS_IP=::1")]
    [TestCase("LIBPROCESS_IP=10.1")]
    [TestCase("LIBPROCESS_PORT=65536")]
    [TestCase("LIBPROCESS_PORT=-1")]
    [TestCase("LIBPROCESS_ADVERTISE_IP=host.example")]
    [TestCase("LIBPROCESS_ADVERTISE_PORT=0")]
    [TestCase("LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH=yes")]
    [TestCase("LIBPROCESS_METRICS_SNAPSHOT_ENDPOINT_RATE_LIMIT=2")]
    [TestCase("LIBPROCESS_SSL_ENABLED=maybe")]
    public void A_value_with_which_a_node_must_not_start_is_named_in_one_sentence(string variable)
    {
        Assert.That(
            () => Read(variable),
            Throws.InstanceOf<ProcessEnvironmentException>().With.Message.StartsWith(variable + " ").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void The_prefixed_variable_for_tls_wins()
    {
        Assert.That(() => Read("LIBPROCESS_SSL_ENABLED=false", "SSL_ENABLED=true"), Throws.Nothing);
    }

    [TestCase("0")]
    [TestCase("1025")]
    [TestCase("many")]
    public void A_senseless_number_of_threads_is_a_warning(string threads)
    {
        Assert.That(Read("LIBPROCESS_NUM_WORKER_THREADS=" + threads).WorkerThreads, Is.Null);
        Assert.That(log.Messages, Has.One.Contains("LIBPROCESS_NUM_WORKER_THREADS=" + threads));
    }

    [TestCase("LIBPROCESS_IP6=::1")]
    [TestCase("LIBPROCESS_LIBEV_NUM_IO_THREADS=2")]
    [TestCase("LIBPROCESS_ENABLE_PROFILER=1")]
    public void What_has_no_effect_is_said(string variable)
    {
        Read(variable);
        Assert.That(log.Messages, Has.One.StartsWith(variable + " has no effect"));
    }

    [Test]
    public void A_node_on_all_addresses_advertises_the_first_of_the_machines_name()
    {
        IPAddress[] known = [IPAddress.IPv6Loopback, IPAddress.Parse("10.0.0.7"), IPAddress.Parse("10.0.0.8")];
        Assert.That(HostAddress.Advertised(IPAddress.Any, "box", _ => known), Is.EqualTo(known[1]));
        Assert.That(HostAddress.Advertised(IPAddress.Loopback, "box", _ => known), Is.EqualTo(IPAddress.Loopback));
    }

    [Test]
    public void A_machine_whose_name_has_no_address_cannot_start()
    {
        Assert.That(
            () => HostAddress.Advertised(IPAddress.Any, "box", _ => []),
            Throws.InstanceOf<ProcessEnvironmentException>().With.Message.Contains("'box'"));
        Assert.That(
            () => HostAddress.Advertised(IPAddress.Any, "box", _ => throw new SocketException()),
            Throws.InstanceOf<ProcessEnvironmentException>().With.InnerException.InstanceOf<SocketException>());
    }

    [Test]
    public void The_variables_of_this_program_can_be_read()
    {
        Assert.That(ProcessEnvironment.Current(), Does.ContainKey("PATH"));
    }

    private ProcessManagerOptions Read(params string[] variables) =>
        ProcessEnvironment.Read(
            variables.Select(text => text.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]),
            new ProcessManagerOptions { LoggerFactory = log });
}

using System.Net;
using LibProcess.Processes;
using Mesos.Common.Detection;
using Mesos.Common.Flags;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Host;
using Mesos.Slave.Recovery;

namespace Mesos.Slave.Tests;

[TestFixture]
internal sealed class HostTests
{
    private const long Gigabyte = 1L << 30;

    private static readonly SlaveOptions Options = new() { WorkDirectory = "/w" };

    [TestCase(null, 16, 100, "cpus:8; mem:15360; disk:97280; ports:[31000-32000]")]
    [TestCase(null, 1, 8, "cpus:8; mem:512; disk:4096; ports:[31000-32000]")]
    [TestCase("cpus:2;mem:0", 16, 100, "cpus:2; disk:97280; ports:[31000-32000]")]
    public void Resources_are_those_given_and_for_the_rest_those_of_the_machine_less_a_reserve(string? given, long memory, long disk, string expected)
    {
        Assert.That(
            AgentResources.TryDetermine(
                Options with { Resources = given }, new HostCapacity(8, memory * Gigabyte, disk * Gigabyte), out Common.Resources? resources, out string? error),
            Is.True,
            error);
        Assert.That(resources!.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void What_cannot_be_measured_has_defaults()
    {
        AgentResources.TryDetermine(Options, new HostCapacity(null, null, null), out Common.Resources? resources, out _);
        Assert.That(resources!.ToString(), Is.EqualTo("cpus:1; mem:1024; disk:10240; ports:[31000-32000]"));
    }

    [Test]
    public void Resources_that_cannot_be_read_are_refused()
    {
        Assert.That(AgentResources.TryDetermine(Options with { Resources = "cpus" }, new HostCapacity(1, 1, 1), out _, out string? error), Is.False);
        Assert.That(error, Is.Not.Empty);
    }

    [Test]
    public void Memory_is_read_from_the_kernels_file()
    {
        Assert.That(HostCapacity.ParseMemory(["MemTotal:       16318480 kB", "MemFree: 1 kB"]), Is.EqualTo(16318480L * 1024));
        Assert.That(HostCapacity.ParseMemory(["MemTotal:"]), Is.Null);
        Assert.That(HostCapacity.ParseMemory([]), Is.Null);
    }

    [TestCase(200, null)]
    [TestCase(100, null)]
    [TestCase(50, "less is left")]
    public void A_whole_disk_may_grow_where_a_description_may(double now, string? words)
    {
        string? refusal = SlaveInfoChanges.Refuse(SlaveInfoChanges.Additive, DiskOf(100), DiskOf(now));
        Assert.That(refusal, words is null ? Is.Null : Does.Contain(words));
        SlaveInfo another = DiskOf(now);
        another.Resources[0].Disk.Source.Mount.Root = "/mnt/2";
        Assert.That(SlaveInfoChanges.Refuse(SlaveInfoChanges.Additive, DiskOf(100), another), Does.Contain("less is left"), "it is another");

        static SlaveInfo DiskOf(double megabytes) => new()
        {
            Hostname = "h",
            Resources =
            {
                new Resource
                {
                    Name = "disk",
                    Type = Value.Types.Type.Scalar,
                    Scalar = new Value.Types.Scalar { Value = megabytes },
                    Disk = new Resource.Types.DiskInfo
                    {
                        Source = new Resource.Types.DiskInfo.Types.Source
                        {
                            Type = Resource.Types.DiskInfo.Types.Source.Types.Type.Mount,
                            Mount = new Resource.Types.DiskInfo.Types.Source.Types.Mount { Root = "/mnt/1" },
                        },
                    },
                },
            },
        };
    }

    [Test]
    public void Processors_are_those_this_process_may_use()
    {
        Assert.That(HostCapacity.ParseProcessors(["Name: x", "Cpus_allowed_list:\t0-3,8,10-11"]), Is.EqualTo(7));
        Assert.That(HostCapacity.ParseProcessors(["Cpus_allowed_list:\t0"]), Is.EqualTo(1));
        Assert.That(HostCapacity.ParseProcessors(["Cpus_allowed_list:\tall"]), Is.Null);
        Assert.That(HostCapacity.ParseProcessors([]), Is.Null);
    }

    [Test]
    public void The_program_that_launches_is_this_one_if_it_is_mesos_and_else_the_one_beside_it()
    {
        Assert.Multiple(() =>
        {
            Assert.That(MesosProgram.From(Options, "/opt/bin/mesos-agent", "/base").Executable, Is.EqualTo("/opt/bin/mesos-agent"));
            Assert.That(MesosProgram.From(Options, "/usr/bin/dotnet", "/base").Executable, Does.StartWith("/base/mesos"));
            Assert.That(MesosProgram.From(Options with { MesosExecutable = "/x/mesos" }, "/usr/bin/dotnet", "/base").LauncherDirectory, Is.EqualTo("/x"));
            Assert.That(MesosProgram.From(Options with { LauncherDirectory = "/l" }, null, "/base").LauncherDirectory, Is.EqualTo("/l"));
        });
    }

    [Test]
    public void Programs_are_found_from_within_sandboxes_also_where_their_directory_was_given_from_where_the_agent_starts()
    {
        var program = MesosProgram.From(Options with { MesosExecutable = "bin/mesos", LauncherDirectory = "libexec" }, null, "/base");
        Assert.That(
            (program.Executable, program.LauncherDirectory),
            Is.EqualTo((Path.Combine(Environment.CurrentDirectory, "bin/mesos"), Path.Combine(Environment.CurrentDirectory, "libexec"))));
    }

    [Test]
    public void Flags_have_the_original_defaults()
    {
        FlagValues values = Load("--master=127.0.0.1:5050", "--work_dir=/w");
        SlaveOptions options = SlaveFlags.ToOptions(values);
        ProcessManagerOptions node = SlaveFlags.ApplyTo(values, new ProcessManagerOptions());
        Assert.Multiple(() =>
        {
            Assert.That(options with { Flags = Options.Flags, ExecutorEnvironmentVariables = Options.ExecutorEnvironmentVariables }, Is.EqualTo(Options));
            Assert.That((node.Port, node.Delegate), Is.EqualTo(((ushort)5051, "slave(1)")));
            Assert.That(SlaveFlags.MasterOf(values), Is.EqualTo(new MasterLocation.Process("127.0.0.1", 5050)));
            Assert.That(options.Flags["executor_registration_timeout"], Is.EqualTo("1mins"));
            Assert.That(options.Flags["isolation"], Is.EqualTo("posix/cpu,posix/mem"));
        });
    }

    [Test]
    public void Flags_fill_the_options()
    {
        FlagValues values = Load(
            "--master=master@10.0.0.1:5050", "--work_dir=/w", "--ip=10.0.0.2", "--port=0", "--advertise_ip=10.0.0.3", "--advertise_port=99",
            "--hostname=h", "--no-switch_user", "--resources=cpus:1", "--attributes=a:b", "--executor_environment_variables={\"A\":\"b\"}",
            "--executor_shutdown_grace_period=7secs", "--launcher_dir=" + AppContext.BaseDirectory);
        SlaveOptions options = SlaveFlags.ToOptions(values);
        ProcessManagerOptions node = SlaveFlags.ApplyTo(values, new ProcessManagerOptions());
        Assert.Multiple(() =>
        {
            Assert.That(options.ExecutorEnvironmentVariables["A"], Is.EqualTo("b"));
            Assert.That(options.ExecutorShutdownGracePeriod, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That((options.Hostname, options.SwitchUser, options.Resources, options.Attributes), Is.EqualTo(("h", false, "cpus:1", "a:b")));
            Assert.That(options.ExecutorIp, Is.EqualTo(IPAddress.Parse("10.0.0.2")));
            Assert.That((node.Port, node.AdvertisePort), Is.EqualTo(((ushort)0, (ushort?)99)));
            Assert.That(node.AdvertiseIp, Is.EqualTo(IPAddress.Parse("10.0.0.3")));
        });
    }

    [TestCase("--containerizers=docker", "containerizers")]
    [TestCase("--launcher=linux", "launcher")]
    [TestCase("--isolation=cgroups/cpu", "isolator")]
    [TestCase("--recover=never", "reconnect")]
    [TestCase("--executor_reregistration_timeout=16secs", "15secs")]
    [TestCase("--registration_backoff_factor=2mins", "1mins")]
    [TestCase("--executor_environment_variables={\"A\":1}", "text")]
    [TestCase("--executor_environment_variables={\"A=B\":\"x\"}", "'A=B'")]
    [TestCase("--executor_environment_variables={\"\":\"x\"}", "not empty")]
    [TestCase("--executor_environment_variables={\"A\":\"x\\u0000y\"}", "NUL")]
    [TestCase("--executor_environment_variables={\"A\":\"x\",\"A\":\"y\"}", "twice")]
    [TestCase("--credential=/x", "credential")]
    [TestCase("--ip=::1", "IPv4")]
    public void Flags_that_cannot_work_are_refused(string flag, string words)
    {
        bool loaded = SlaveFlags.Table.TryLoad(["--master=127.0.0.1:5050", "--work_dir=/w", flag], [], out _, out string? error);
        Assert.That(loaded, Is.False);
        Assert.That(error, Does.Contain(words));
    }

    [Test]
    public void The_master_and_the_work_directory_have_to_be_given()
    {
        Assert.That(SlaveFlags.Table.TryLoad(["--work_dir=/w"], [], out _, out string? error), Is.False);
        Assert.That(error, Does.Contain("master"));
        Assert.That(SlaveFlags.Table.TryLoad(["--master=127.0.0.1:5050"], [], out _, out error), Is.False);
        Assert.That(error, Does.Contain("work_dir"));
    }

    private static FlagValues Load(params string[] arguments)
    {
        Assert.That(SlaveFlags.Table.TryLoad(arguments, [], out FlagValues? values, out string? error), Is.True, error);
        return values!;
    }
}

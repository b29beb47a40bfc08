namespace Mesos.Integration.Tests;

/// <summary>What is not accepted is said in one sentence, and nothing happens.</summary>
[TestFixture]
[CancelAfter(120_000)]
internal sealed class BadFlagsTests
{
    [TestCase("master --nonsense", "--nonsense")]
    [TestCase("master --port=many", "--port", "many")]
    [TestCase("slave --no-such=1", "--no-such")]
    [TestCase("slave --acls={}", "--acls", "not built")]
    [TestCase("slave --master=zk://a:2181/mesos --work_dir=not-made", "--master", "ZooKeeper", "not built")]
    [TestCase("slave --master=127.0.0.1:5050 --work_dir=not-made --resources=cpus", "--resources", "'cpus'")]
    [TestCase("slave --master=127.0.0.1:5050 --work_dir=not-made --ip_discovery_command=false", "--ip_discovery_command", "'false'")]
    [TestCase("slave --master=127.0.0.1:5050 --work_dir=not-made --log_dir=/proc/none", "--log_dir", "/proc/none")]
    [TestCase("slave --master=127.0.0.1:5050 --port=-1", "--port", "-1")]
    [TestCase("agent --work_dir=x", "--master")]
    [TestCase("local --num_slaves=none", "--num_slaves", "none")]
    [TestCase("local surprise", "surprise")]
    [TestCase("execute --name=a --command=b", "--master")]
    [TestCase("execute --master=127.0.0.1:5050 --name=a", "--command")]
    [TestCase("execute --master=nowhere --name=a --command=b", "--master", "nowhere")]
    [TestCase("execute --master=127.0.0.1:5050 --name=a --command=b --docker_image=busybox", "--docker_image", "not built")]
    [TestCase("executor --rootfs=x", "--rootfs", "not built")]
    [TestCase("executor", "MESOS_SLAVE_PID")]
    [TestCase("containerizer", "launch")]
    [TestCase("nonsense", "'nonsense'")]
    public async Task One_sentence_names_what_is_wrong(string arguments, params string[] named)
    {
        var (code, output, errors) = await Program.RunAsync(arguments.Split(' '));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(errors.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(named.Where(name => !errors.Contains(name, StringComparison.Ordinal)), Is.Empty, errors);
        Assert.That(Directory.Exists("not-made"), Is.False);
    }

    [TestCase("master")]
    [TestCase("slave")]
    [TestCase("local")]
    [TestCase("execute")]
    [TestCase("executor")]
    [TestCase("containerizer")]
    public async Task Every_command_explains_itself(string command)
    {
        var (code, output, _) = await Program.RunAsync(command, "--help");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.StartWith("Usage: mesos " + command).And.Contain("--[no-]help"));
    }

    [Test]
    public async Task A_variable_of_the_environment_is_named_like_a_flag()
    {
        await using var program = Program.Start(Program.Path, [KeyValuePair.Create("MESOS_PORT", "many")], "master", "--registry=in_memory");
        Assert.That(await program.WaitAsync(), Is.EqualTo(1));
        Assert.That(program.Errors, Does.Contain("MESOS_PORT").And.Contain("many"));
    }

    [TestCase("master")]
    [TestCase("slave")]
    [TestCase("agent")]
    [TestCase("execute")]
    [Platform(Exclude = "Win")]
    public async Task A_link_named_after_a_command_is_that_command(string command)
    {
        using Sandbox sandbox = new();
        var link = sandbox.File("mesos-" + command);
        File.CreateSymbolicLink(link, Program.Path);
        await using var program = Program.Start(link, [], "--help");
        Assert.That(await program.WaitAsync(), Is.Zero);
        Assert.That(program.Output, Does.StartWith("Usage: mesos ").And.Contain("--master").Or.Contain("--registry"));
    }

    [Test]
    public async Task An_address_in_use_is_said_in_one_sentence()
    {
        using System.Net.Sockets.TcpListener taken = new(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var (code, output, errors) = await Program.RunAsync("master", "--ip=127.0.0.1", $"--port={port}", "--registry=in_memory");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(errors, Does.Contain(port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }
}

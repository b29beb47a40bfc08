using LibProcess.Processes;
using Mesos.Cli.Local;
using Mesos.Local;

namespace Mesos.Cli.Tests.Local;

[TestFixture]
internal sealed class LocalSetupTests
{
    private readonly List<string> warnings = [];

    [Test]
    public void What_has_no_effect_is_told_once_however_many_agents_there_are()
    {
        LocalClusterOptions? options = Make(new() { ["MESOS_RUNTIME_DIR"] = "/run/mesos" }, out string? error);
        Assert.That(options, Is.Not.Null, error);
        Assert.That(warnings, Has.Count.EqualTo(1).And.One.Contains("MESOS_RUNTIME_DIR"));
    }

    [Test]
    public void What_is_not_built_is_refused()
    {
        Assert.That(Make(new() { ["MESOS_ACLS"] = "{}" }, out string? error), Is.Null);
        Assert.That(error, Does.Contain("MESOS_ACLS"));
    }

    [Test]
    public void The_nodes_of_agents_get_what_the_flags_of_agents_say()
    {
        LocalClusterOptions? options = Make(new() { ["MESOS_FIREWALL_RULES"] = """{"disabled_endpoints": {"paths": ["/slave(1)/state"]}}""" }, out string? error);
        Assert.That(options, Is.Not.Null, error);
        Assert.That(options!.AgentNode.Firewall, Has.Count.EqualTo(1));
        Assert.That((options.AgentNode.Ip.ToString(), options.AgentNode.Port), Is.EqualTo(("127.0.0.1", (ushort)0)));
    }

    private LocalClusterOptions? Make(Dictionary<string, string> environment, out string? error)
    {
        warnings.Clear();
        Assert.That(LocalFlags.Table.TryLoad(["--num_slaves=2"], [], out var flags, out error), Is.True, error);
        return LocalSetup.TryMake(flags!, environment, "/w", new ProcessManagerOptions(), warnings.Add, out error);
    }
}

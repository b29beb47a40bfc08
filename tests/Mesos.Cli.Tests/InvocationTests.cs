namespace Mesos.Cli.Tests;

[TestFixture]
internal sealed class InvocationTests
{
    [TestCase("mesos", "master --port=1", "master", "--port=1")]
    [TestCase("/usr/bin/mesos", "version", "version", "")]
    [TestCase("mesos-master", "--port=1", "master", "--port=1")]
    [TestCase("/usr/sbin/mesos-slave", "--port=1 x", "slave", "--port=1 x")]
    [TestCase("./mesos-agent", "", "agent", "")]
    [TestCase("mesos-executor", "--launcher_dir=x", "executor", "--launcher_dir=x")]
    [TestCase("mesos-containerizer", "launch -- sh", "containerizer", "launch -- sh")]
    [TestCase("mesos-1.12", "master", "master", "")]
    [TestCase("mesos-nonsense", "local", "local", "")]
    [TestCase("mesos", "", null, "")]
    public void The_name_of_the_program_or_the_first_argument_names_the_command(string calledAs, string arguments, string? command, string rest)
    {
        var invocation = Invocation.Of(calledAs, Split(arguments));
        Assert.That(invocation.Command, Is.EqualTo(command));
        Assert.That(invocation.Arguments, Is.EqualTo(Split(rest)));
    }

    [Test]
    public void The_own_name_is_known() => Assert.That(Invocation.OwnName(), Is.Not.Empty);

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

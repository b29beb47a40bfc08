namespace Mesos.Cli.Tests;

[TestFixture]
internal sealed class CommandLineTests
{
    private StringWriter output = null!;
    private StringWriter errors = null!;

    [SetUp]
    public void SetUp() => (output, errors) = (new StringWriter(), new StringWriter());

    [TestCase("version")]
    [TestCase("--version")]
    [TestCase("master --version")]
    [TestCase("slave --version")]
    public async Task The_version_begins_as_the_original_s(string arguments)
    {
        Assert.That(await RunAsync(arguments), Is.Zero);
        Assert.That(output.ToString(), Does.Match(@"^mesos \d+\.\d+\.\d+ \(Mesos for \.NET \d+\.\d+\.\d+\)\s$"));
    }

    [TestCase("help")]
    [TestCase("--help")]
    [TestCase("-h")]
    public async Task Help_lists_every_command(string arguments)
    {
        Assert.That(await RunAsync(arguments), Is.Zero);
        Assert.That(CommandLine.Commands.Where(command => !output.ToString().Contains($"  {command.Names[0]}", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Without_a_command_the_list_is_a_complaint()
    {
        Assert.That(await CommandLine.RunAsync(new Invocation(null, []), Context()), Is.EqualTo(1));
        Assert.That(errors.ToString(), Does.StartWith("Usage: mesos COMMAND"));
        Assert.That(output.ToString(), Is.Empty);
    }

    [TestCase("help master", "--registry")]
    [TestCase("help agent", "--master")]
    [TestCase("help execute", "--kill_after")]
    public async Task Help_explains_a_command(string arguments, string flag)
    {
        Assert.That(await RunAsync(arguments), Is.Zero);
        Assert.That(output.ToString(), Does.Contain(flag).And.Not.Contain("--logging_level=TEXT,"));
    }

    [Test]
    public async Task Deprecated_flags_are_told_and_work()
    {
        await RunAsync("master --registry=in_memory --slave_ping_timeout=1ms");
        Assert.That(errors.ToString(), Does.Contain("--slave_ping_timeout"));
    }

    [Test]
    public void Every_command_can_be_made_and_describes_all_its_flags()
    {
        foreach (var command in CommandLine.Commands.Select(entry => entry.Create()))
        {
            Assert.That(command.Flags.HelpText(), Does.StartWith("Usage: " + command.Flags.Program.Split(' ')[0]));
            Assert.That(command.Flags.Flags.Where(flag => flag.Meaning.Length == 0), Is.Empty);
        }
    }

    [Test]
    public void Names_of_commands_are_unique() =>
        Assert.That(CommandLine.Commands.SelectMany(command => command.Names), Is.Unique);

    private Task<int> RunAsync(string arguments) => CommandLine.RunAsync(Invocation.Of("mesos", arguments.Split(' ')), Context());

    private CommandContext Context() => new()
    {
        Output = output,
        Error = errors,
        Environment = new Dictionary<string, string>(),
        StopSource = () => new CancellationToken(canceled: true),
    };
}

using System.Net;
using System.Text.Json;
using Mesos.Common.Flags;
using Mesos.Common.Values;

namespace Mesos.Common.Tests.Flags;

public sealed class FlagTableTests
{
#pragma warning disable CS8618 // Set up before each test.
    private FlagTable table;
    private Flag<string> registry;
    private Flag<int?> quorum;
    private Flag<TimeSpan> timeout;
    private Flag<bool> strict;
    private Flag<string?> workDir;
    private Flag<IPAddress?> ip;
    private Flag<Bytes> cacheSize;
    private Flag<JsonElement?> attributes;

    [SetUp]
    public void DeclareFlags()
    {
        table = new FlagTable("mesos test");
        registry = table.Text("registry", "replicated_log", "how the registry is stored").OneOf("replicated_log", "in_memory");
        quorum = table.OptionalInteger("quorum", "replicas that make a majority").Check(value => value > 0 ? null : "expected more than zero");
        timeout = table.Duration("agent_timeout", "10mins", "how long to wait").DeprecatedAlias("slave_timeout").Alias("wait");
        strict = table.Bool("strict", true, "refuse what is doubtful");
        workDir = table.OptionalPath("work_dir", "where state lives");
        ip = table.OptionalAddress("ip", "address to listen on");
        cacheSize = table.Bytes("cache_size", "2GB", "room for fetched files");
        attributes = table.OptionalJsonObject("extra", "more settings");
    }

    [Test]
    public void Flags_that_are_not_given_have_their_defaults()
    {
        var values = Load();
        Assert.Multiple(() =>
        {
            Assert.That(values.Get(registry), Is.EqualTo("replicated_log"));
            Assert.That(values.Get(quorum), Is.Null);
            Assert.That(values.Get(timeout), Is.EqualTo(TimeSpan.FromMinutes(10)));
            Assert.That(values.Get(strict), Is.True);
            Assert.That(values.Get(workDir), Is.Null);
            Assert.That(values.Get(attributes), Is.Null);
            Assert.That(values.IsGiven(strict), Is.False);
        });
    }

    [Test]
    public void Command_line_values_are_read_by_type()
    {
        var values = Load("--registry=in_memory", "--QUORUM=2", "--agent_timeout=1.5mins", "--ip=10.1.2.3", "--cache_size=64MB", "--extra={\"a\":1}");
        Assert.Multiple(() =>
        {
            Assert.That(values.Get(registry), Is.EqualTo("in_memory"));
            Assert.That(values.Get(quorum), Is.EqualTo(2));
            Assert.That(values.Get(timeout), Is.EqualTo(TimeSpan.FromSeconds(90)));
            Assert.That(values.Get(ip), Is.EqualTo(IPAddress.Parse("10.1.2.3")));
            Assert.That(values.Get(cacheSize), Is.EqualTo(Bytes.Megabytes(64)));
            Assert.That(values.Get(attributes)!.Value.GetProperty("a").GetInt32(), Is.EqualTo(1));
        });
    }

    [TestCase("--strict", true)]
    [TestCase("--strict=", true)]
    [TestCase("--strict=true", true)]
    [TestCase("--strict=1", true)]
    [TestCase("--strict=false", false)]
    [TestCase("--strict=0", false)]
    [TestCase("--no-strict", false)]
    [TestCase("--no-strict=", false)]
    public void Switches_can_be_given_in_all_spellings(string argument, bool expected)
    {
        Assert.That(Load(argument).Get(strict), Is.EqualTo(expected));
    }

    [TestCase("--unknown=1", "--unknown", "mesos test --help")]
    [TestCase("--no-unknown", "--no-unknown", "--help")]
    [TestCase("--quorum", "--quorum", "--quorum=NUMBER")]
    [TestCase("--no-quorum", "--no-quorum", "switches")]
    [TestCase("--no-strict=true", "--no-strict", "'true'")]
    [TestCase("--strict=yes", "--strict", "'yes'", "true or false")]
    [TestCase("--quorum=two", "--quorum", "'two'", "whole number")]
    [TestCase("--quorum=0", "--quorum", "'0'", "more than zero")]
    [TestCase("--registry=disk", "--registry", "'disk'", "replicated_log or in_memory")]
    [TestCase("--agent_timeout=10", "--agent_timeout", "'10'", "unit is missing")]
    [TestCase("--ip=localhost", "--ip", "'localhost'", "IP address")]
    [TestCase("--ip=1", "--ip", "'1'")]
    [TestCase("--extra=[]", "--extra", "'[]'", "JSON object")]
    [TestCase("--extra={", "--extra", "'{'", "JSON object")]
    public void A_bad_flag_is_answered_with_a_sentence_naming_flag_value_and_what_is_accepted(string argument, params string[] parts)
    {
        var error = Refuse(argument);
        foreach (var part in parts)
        {
            Assert.That(error, Does.Contain(part));
        }
    }

    [Test]
    public void A_value_behind_a_blank_is_not_taken()
    {
        Assert.That(Refuse("--quorum", "3"), Does.Contain("--quorum"));
    }

    [Test]
    public void A_flag_given_twice_is_refused_under_any_of_its_names()
    {
        Assert.That(Refuse("--quorum=1", "--quorum=1"), Does.Contain("twice"));
        Assert.That(Refuse("--wait=1secs", "--agent_timeout=1secs"), Does.Contain("twice"));
        Assert.That(Refuse("--strict", "--no-strict"), Does.Contain("twice"));
    }

    [Test]
    public void Two_dashes_end_the_flags()
    {
        var values = Load("first", "--quorum=3", "--", "--quorum=4", "-x");
        Assert.That(values.Get(quorum), Is.EqualTo(3));
        Assert.That(values.Arguments, Is.EqualTo(new[] { "first", "--quorum=4", "-x" }));
    }

    [Test]
    public void Environment_is_read_in_either_case_and_the_command_line_wins()
    {
        Dictionary<string, string> environment = new()
        {
            ["MESOS_QUORUM"] = "3",
            ["MESOS_agent_timeout"] = "1mins",
            ["MESOS_STRICT"] = "false",
            ["MESOS_NOBODY_KNOWS"] = "x",
            ["OTHER_REGISTRY"] = "in_memory",
        };
        var values = Load(environment, "--quorum=5", "--wait=2mins", "--strict");
        Assert.Multiple(() =>
        {
            Assert.That(values.Get(quorum), Is.EqualTo(5));
            Assert.That(values.Get(timeout), Is.EqualTo(TimeSpan.FromMinutes(2)));
            Assert.That(values.Get(strict), Is.True);
            Assert.That(values.Get(registry), Is.EqualTo("replicated_log"));
        });
        Assert.That(Load(environment).Get(strict), Is.False);
    }

    [Test]
    public void A_bad_environment_value_names_the_variable()
    {
        Assert.That(Refuse(new Dictionary<string, string> { ["MESOS_QUORUM"] = "two" }), Does.Contain("MESOS_QUORUM"));
    }

    [Test]
    public void Another_prefix_reads_other_variables()
    {
        FlagTable libprocess = new("libprocess", "LIBPROCESS_");
        var port = libprocess.Port("port", 0, "port to listen on");
        Dictionary<string, string> environment = new() { ["LIBPROCESS_PORT"] = "5050", ["MESOS_PORT"] = "1" };
        Assert.That(libprocess.TryLoad([], environment, out var values, out _), Is.True);
        Assert.That(values!.Get(port), Is.EqualTo(5050));
    }

    [Test]
    public void Deprecated_names_warn()
    {
        Assert.That(Load("--slave_timeout=1mins").Warnings, Has.One.Contains("use --agent_timeout"));
        Assert.That(Load("--wait=1mins").Warnings, Is.Empty);
    }

    [Test]
    public void Values_can_come_from_files_except_where_the_value_is_a_path()
    {
        FlagLoadOptions options = new() { ReadFile = path => path == "/r" ? "in_memory" : throw new FileNotFoundException("no such file") };
        Assert.That(
            table.TryLoad(["--registry=file:///r", "--work_dir=file:///var/lib"], [], out var values, out var error, options), Is.True, error);
        Assert.That(values!.Get(registry), Is.EqualTo("in_memory"));
        Assert.That(values.Get(workDir), Is.EqualTo("/var/lib"));

        Assert.That(table.TryLoad(["--registry=file:///missing"], [], out _, out error, options), Is.False);
        Assert.That(error, Does.Contain("'/missing'").And.Contain("--registry").And.Contain("no such file"));
    }

    [Test]
    public void Json_may_be_named_by_a_bare_path_with_a_warning()
    {
        FlagLoadOptions options = new() { ReadFile = _ => "{}" };
        Assert.That(table.TryLoad(["--extra=/etc/extra.json"], [], out var values, out _, options), Is.True);
        Assert.That(values!.Warnings, Has.One.Contains("file:///etc/extra.json"));
    }

    [Test]
    public void Required_flags_and_rules_about_several_flags_are_enforced_unless_help_is_asked()
    {
        var master = table.RequiredText("master", "where the master is");
        table.Check(values => values.Get(registry) == "in_memory" || values.IsGiven(quorum) ? null : "Give --quorum with the replicated log");
        Assert.That(Refuse("--quorum=1"), Does.Contain("--master is required"));
        Assert.That(Refuse("--master=a"), Is.EqualTo("Give --quorum with the replicated log"));
        Assert.That(Load("--master=a", "--quorum=1").Get(master), Is.EqualTo("a"));
        Assert.That(Load("--help").HelpRequested, Is.True);
    }

    [Test]
    public void Flags_of_other_platforms_and_unbuilt_ones_are_refused_with_the_reason()
    {
        table.Bool("cgroups_on", false, "use cgroups").OnlyWhen(false, "Linux");
        table.Text("authorizer", "local", "who decides").NotBuilt("modules cannot be loaded");
        Assert.That(Refuse("--cgroups_on"), Does.Contain("Linux only"));
        Assert.That(Refuse("--authorizer=other"), Does.Contain("modules cannot be loaded").And.Contain("'other'"));
        Assert.That(Load("--authorizer=local").Warnings, Is.Empty);
    }

    [Test]
    public void An_unbuilt_flag_takes_values_that_ask_for_what_the_program_does_anyway()
    {
        table.Bool("swap", true, "use swap").NotBuilt("nothing is swapped", false);
        Assert.That(Load("--no-swap").Warnings, Is.Empty);
        Assert.That(Load("--swap").Warnings, Is.Empty, "its default");
        table.OptionalText("authenticators", "who proves").NotBuilt("modules cannot be loaded", "basic");
        Assert.That(Load("--authenticators=basic").Warnings, Is.Empty);
        Assert.That(Refuse("--authenticators=jwt"), Is.EqualTo("Value 'jwt' of flag --authenticators asks for something that is not built: modules cannot be loaded"));
    }

    [Test]
    public void A_flag_without_effect_is_checked_and_warns_unless_it_asks_for_what_is_done_anyway()
    {
        table.Duration("perf_interval", "1mins", "how often").NoEffect("it needs perf, which is not built");
        table.Bool("systemd", true, "use systemd").NoEffect("nothing knows of systemd", false);
        Assert.That(Load("--perf_interval=5secs").Warnings, Is.EqualTo(new[] { "Flag --perf_interval has no effect: it needs perf, which is not built" }));
        Assert.That(Refuse("--perf_interval=often"), Does.Contain("'often'").And.Contain("--perf_interval"));
        Assert.That(Load("--systemd").Warnings, Has.One.Contains("nothing knows of systemd"));
        Assert.That(Load("--no-systemd").Warnings, Is.Empty);
        Assert.That(Load().Warnings, Is.Empty);
        Assert.That(table.HelpText(), Does.Contain("no effect"));
    }

    [Test]
    public void Values_may_be_accepted_with_a_warning()
    {
        table.Text("isolation", "posix", "what isolates").WarnWhen(text => text == "process" ? "names an old isolator" : null);
        Assert.That(Load("--isolation=process").Warnings, Is.EqualTo(new[] { "Flag --isolation names an old isolator" }));
        Assert.That(Load("--isolation=posix").Warnings, Is.Empty);
    }

    [Test]
    public void A_switch_without_a_value_and_a_long_value_are_repeated_on_one_line()
    {
        table.Bool("swap", false, "use swap").NotBuilt("nothing is swapped");
        table.OptionalJsonObject("acls", "who may").NotBuilt("nobody is asked");
        Assert.That(Refuse("--swap"), Does.StartWith("Value 'true' of flag --swap asks"));
        var error = Refuse("--acls={\"a\":\n\"" + new string('x', 1000) + "\"}");
        Assert.That(error, Has.Length.LessThan(300).And.Not.Contain("\n").And.Contain("--acls"));
    }

    [Test]
    public void A_part_of_a_value_may_be_kept_out_of_messages_and_a_file_be_shown_by_its_name()
    {
        var type = FlagTypes.Text with { Redact = text => text.Replace("secret", "***", StringComparison.Ordinal), ShowsFileName = true };
        table.Optional("where", type, "where").Check(text => text == "x:secret" ? "expected something else" : null);
        Assert.That(Refuse("--where=x:secret"), Is.EqualTo("Value 'x:***' of flag --where is not accepted: expected something else"));
        FlagLoadOptions options = new() { ReadFile = _ => "y:secret" };
        Assert.That(table.TryLoad(["--where=file:///w"], [], out var values, out _, options), Is.True);
        Assert.That(values!.AsText().Single(flag => flag.Key == "where").Value, Is.EqualTo("file:///w"));
        Assert.That(Load("--where=z").AsText().Single(flag => flag.Key == "where").Value, Is.EqualTo("z"));
    }

    [Test]
    public void Unknown_flags_pass_where_the_program_allows_them()
    {
        Assert.That(table.TryLoad(["--foo=1"], [], out _, out _, new FlagLoadOptions { AllowUnknown = true }), Is.True);
    }

    [Test]
    public void Flags_are_shown_as_texts_sorted_by_name()
    {
        var values = Load("--slave_timeout=90secs", "--no-strict", "--work_dir=/var/lib/\"mesos\"");
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            values.WriteTo(writer);
        }

        using var json = JsonDocument.Parse(stream.ToArray());
        Assert.That(
            json.RootElement.EnumerateObject().Select(p => $"{p.Name}={p.Value.GetString()}"),
            Is.EqualTo(new[]
            {
                "cache_size=2GB", "help=false", "registry=replicated_log", "slave_timeout=90secs", "strict=false",
                "work_dir=/var/lib/\"mesos\"",
            }));
        Assert.That(values.ToEnvironment("MESOS_")["MESOS_STRICT"], Is.EqualTo("false"));
    }

    [Test]
    public void What_is_secret_is_not_shown_but_the_file_it_came_from()
    {
        var logins = table.Add("logins", FlagTypes.Text with { IsSecret = true }, "", "who may");
        var given = Load("--logins=hunter2");
        Assert.That(table.TryLoad(["--logins=file:///etc/logins"], [], out var named, out var error, new FlagLoadOptions { ReadFile = _ => "hunter2" }), Is.True, error);
        Assert.Multiple(() =>
        {
            Assert.That((given.Get(logins), given.AsText().Single(flag => flag.Key == "logins").Value), Is.EqualTo(("hunter2", "(not shown)")));
            Assert.That((named!.Get(logins), named.AsText().Single(flag => flag.Key == "logins").Value), Is.EqualTo(("hunter2", "file:///etc/logins")));
        });
    }

    [Test]
    public void A_program_whose_flags_others_choose_opens_no_file_that_they_name()
    {
        FlagTable closed = new("mesos test") { ReadsFiles = false };
        var text = closed.OptionalText("text", "any text");
        FlagLoadOptions options = new() { ReadFile = _ => throw new InvalidOperationException("it was opened") };
        Assert.That(closed.TryLoad(["--text=file:///etc/shadow"], [], out var values, out var error, options), Is.True, error);
        Assert.That(values!.Get(text), Is.EqualTo("file:///etc/shadow"));
    }

    [Test]
    public void Help_lists_every_flag_with_default_and_meaning()
    {
        var help = table.HelpText();
        Assert.That(help, Does.StartWith("Usage: mesos test [options]\n"));
        Assert.That(help, Does.Contain("--[no-]strict").And.Contain("--agent_timeout=DURATION, --wait=DURATION"));
        Assert.That(help, Does.Contain("how long to wait (default: 10mins)"));
        Assert.That(help, Does.Not.Contain("slave_timeout"));
    }

    [Test]
    public void Tables_can_be_joined_and_names_stay_unique()
    {
        FlagTable logging = new("logging");
        var quiet = logging.Bool("quiet", false, "do not log to stderr");
        table.Include(logging);
        Assert.That(Load("--quiet").Get(quiet), Is.True);
        Assert.That(() => table.Text("quiet", "", "twice"), Throws.ArgumentException);
        Assert.That(() => table.Text("no-colour", "", "reserved"), Throws.ArgumentException);
    }

    [Test]
    public void A_secret_is_not_repeated_in_the_error()
    {
        var secret = FlagTypes.Custom<string>("SECRET", RefuseAll, text => text);
        table.Optional("key", secret with { IsSecret = true }, "the key");
        Assert.That(Refuse("--key=abc"), Does.Contain("too short").And.Not.Contain("abc"));
    }

    private static bool RefuseAll(string text, out string value, out string error)
    {
        (value, error) = ("", "too short");
        return false;
    }

    private FlagValues Load(params string[] arguments) => Load(new Dictionary<string, string>(), arguments);

    private FlagValues Load(Dictionary<string, string> environment, params string[] arguments)
    {
        Assert.That(table.TryLoad(arguments, environment, out var values, out var error), Is.True, error);
        return values!;
    }

    private string Refuse(params string[] arguments) => Refuse(new Dictionary<string, string>(), arguments);

    private string Refuse(Dictionary<string, string> environment, params string[] arguments)
    {
        Assert.That(table.TryLoad(arguments, environment, out _, out var error), Is.False);
        return error!;
    }
}

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>Who may know whom.</summary>
[TestFixture]
internal sealed class LayeringTests
{
    private static readonly string[] Daemons =
        ["Mesos.Master", "Mesos.Slave", "Mesos.Sched", "Mesos.Exec", "Mesos.Scheduler", "Mesos.Executor", "Mesos.Launcher"];

    private static readonly string[] Tops = ["Mesos.Cli", "Mesos.Local", "Mesos.Examples"];

    // What may be seen, directly or through others. Projects that are not listed are shared parts: common and below, and each other.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["LibProcess"] = [],
        ["LibProcess.Testing"] = ["LibProcess"],
        ["LibProcess.Hosting"] = ["LibProcess"],
        ["Mesos.Proto"] = [],
        ["Mesos.Common"] = ["LibProcess", "Mesos.Proto"],
    };

    [Test]
    public void Projects_reference_only_what_their_layer_may_see()
    {
        var references = References();
        var product = references.Keys.Where(name => !IsTestOrBenchmark(name)).ToHashSet();
        List<string> wrong = [];
        foreach (var project in product)
        {
            foreach (var seen in Closure(project, references))
            {
                if (!MaySee(project, seen, product))
                {
                    wrong.Add($"{project} sees {seen}");
                }
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Daemons_meet_on_the_wire_only()
    {
        // The launcher is built on the executor driver; nothing else of this kind knows another.
        var references = References();
        var meetings = Daemons
            .Where(references.ContainsKey)
            .SelectMany(daemon => Closure(daemon, references).Intersect(Daemons).Select(other => (daemon, other)))
            .Where(pair => pair is not ("Mesos.Launcher", "Mesos.Exec" or "Mesos.Executor"));
        Assert.That(meetings, Is.Empty);
    }

    [Test]
    public void LibProcess_uses_protobuf_and_logging_abstractions_and_no_other_package()
    {
        var project = Repository.Projects.Single(file => file.Name == "LibProcess.csproj");
        var packages = XDocument.Load(project.FullPath).Descendants("PackageReference").Select(item => (string?)item.Attribute("Include"));
        Assert.That(packages, Is.SubsetOf(new[] { "Google.Protobuf", "Microsoft.Extensions.Logging.Abstractions" }));
    }

    [Test]
    public void LibProcess_knows_nothing_of_Mesos()
    {
        var wrong = Repository.ProductSources
            .Where(file => file.IsUnder("libprocess") || file.IsUnder("libprocess.testing"))
            .Where(file => Uses(file, @"Mesos\.\w"));
        Assert.That(wrong, Is.Empty);
    }

    [TestCase("Scheduling", "Net|Http")]
    [TestCase("Futures", "Net|Http|Processes|Google.Protobuf")]
    [TestCase("Events", "Net|Http")]
    [TestCase("Time", "Net|Http")]
    [TestCase("Randomness", "Net|Http|Processes|Google.Protobuf")]
    [TestCase("Addressing", "Net|Http|Scheduling|Google.Protobuf")]
    [TestCase("Metrics", "Net|Google.Protobuf")]
    [TestCase("Messages", "Net|Http")]
    public void Folders_of_LibProcess_keep_to_themselves(string folder, string mustNotUse)
    {
        var pattern = string.Join('|', mustNotUse.Split('|').Select(name => name.Contains('.', StringComparison.Ordinal) ? Regex.Escape(name) : $@"LibProcess\.{name}\b"));
        var wrong = Repository.ProductSources.Where(file => file.IsUnder($"libprocess/{folder}") && Uses(file, pattern));
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Sockets_are_touched_in_one_folder_only()
    {
        var wrong = Repository.ProductSources
            .Where(file => !file.IsUnder("libprocess/Net") && !file.IsUnder("libprocess/Addressing"))
            .Where(file => UsesSockets(file));
        Assert.That(wrong, Is.Empty);

        // AddressFamily and SocketException are harmless names of the same namespace.
        static bool UsesSockets(SourceFile file) => file.Lines.Any(line =>
            Regex.IsMatch(line, @"new (Socket|TcpClient|TcpListener|UdpClient|NetworkStream)\b|\bSocketAsyncEventArgs\b"));
    }

    [Test]
    public void Mesos_starts_no_threads()
    {
        var wrong = Repository.ProductSources
            .Where(file => file.IsUnder("mesos"))
            .Where(file => file.Lines.Any(line => Regex.IsMatch(line, @"new Thread\(|\bThreadPool\.|Task\.Factory\.StartNew|System\.Threading\.Timer\(")));
        Assert.That(wrong, Is.Empty);
    }

    private static bool Uses(SourceFile file, string pattern) =>
        file.Lines.Any(line => Regex.IsMatch(line, $@"^\s*(global )?using (static )?(\w+ = )?({pattern})"));

    private static bool MaySee(string project, string seen, HashSet<string> product)
    {
        if (!product.Contains(seen) || (Tops.Contains(seen) && !Tops.Contains(project)))
        {
            return false;
        }

        if (Allowed.TryGetValue(project, out var allowed))
        {
            return allowed.Contains(seen);
        }

        // Daemons among each other have a test of their own; shared parts see no daemon.
        return Tops.Contains(project) || Daemons.Contains(project) || !Daemons.Contains(seen);
    }

    private static bool IsTestOrBenchmark(string name) =>
        (name.EndsWith(".Tests", StringComparison.Ordinal) || name.EndsWith(".Benchmarks", StringComparison.Ordinal)) || Repository.Projects
            .Any(file => file.Name == name + ".csproj" && (file.IsUnder("tests") || file.IsUnder("benchmarks")));

    private static Dictionary<string, string[]> References() => Repository.Projects.ToDictionary(
        file => Path.GetFileNameWithoutExtension(file.Name),
        file => XDocument.Load(file.FullPath).Descendants("ProjectReference")
            .Where(item => (string?)item.Attribute("OutputItemType") != "Analyzer") // Works in the compiler; nothing of it is shipped.
            .Select(item => Path.GetFileNameWithoutExtension(((string)item.Attribute("Include")!).Replace('\\', '/')))
            .ToArray());

    private static HashSet<string> Closure(string project, Dictionary<string, string[]> references)
    {
        HashSet<string> seen = [];
        Stack<string> waiting = new(references[project]);
        while (waiting.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                foreach (var deeper in references[next])
                {
                    waiting.Push(deeper);
                }
            }
        }

        return seen;
    }
}

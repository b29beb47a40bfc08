using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>What is built is what is there.</summary>
[TestFixture]
internal sealed class SolutionTests
{
    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Mesos.sln")).Replace('\\', '/');

        // The peers of the benchmarks drag in large frameworks, which a build of the product does without.
        var missing = Repository.Projects.Where(file => !file.IsUnder("benchmarks/Peers"))
            .Where(file => !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Package_versions_stand_in_one_file()
    {
        var versioned = Repository.Projects
            .Where(file => XDocument.Load(file.FullPath).Descendants("PackageReference").Any(item => item.Attribute("Version") is not null));
        Assert.That(versioned, Is.Empty);
    }

    [Test]
    public void Every_assembly_of_the_product_has_tests()
    {
        var tested = Repository.Projects.Where(file => file.IsUnder("tests"))
            .SelectMany(file => XDocument.Load(file.FullPath).Descendants("ProjectReference"))
            .Select(item => Path.GetFileNameWithoutExtension(((string)item.Attribute("Include")!).Replace('\\', '/')))
            .ToHashSet();
        var untested = Repository.Projects
            .Where(file => !file.IsUnder("tests") && !file.IsUnder("benchmarks"))
            .Select(file => Path.GetFileNameWithoutExtension(file.Name))
            .Where(name => name is not ("Mesos.Local" or "Mesos.Examples")) // Tested as part of the executable.
            .Where(name => !tested.Contains(name));
        Assert.That(untested, Is.Empty);
    }
}

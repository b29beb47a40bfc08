using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The packages, used as a newcomer would: an empty folder, the package, the example of the README.</summary>
[TestFixture]
[CancelAfter(240_000)]
internal sealed partial class PackageTests
{
    private static readonly string[] Packages = ["LibProcess", "LibProcess.Testing", "LibProcess.Hosting"];
    private string folder = null!;

    private string Feed => Path.Combine(folder, "feed");

    [OneTimeSetUp]
    public void Pack()
    {
        folder = Directory.CreateTempSubdirectory("packages-").FullName;
        foreach (string package in Packages)
        {
#pragma warning disable CA1308 // Folders are in small letters.
            string project = Path.Combine(Repository.Root, package.ToLowerInvariant());
#pragma warning restore CA1308
            Run(Repository.Root, "pack", project, "-c", "Release", "-o", Feed, "--nologo", "-v", "quiet");
        }
    }

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Every_package_has_its_symbols_and_its_readme()
    {
        IEnumerable<string> files = Directory.GetFiles(Feed).Select(file => Version().Replace(Path.GetFileName(file), string.Empty));
        Assert.That(files, Is.EquivalentTo(Packages.SelectMany(package => new[] { $"{package}.nupkg", $"{package}.snupkg" })));
        foreach (string package in Directory.GetFiles(Feed, "*.nupkg"))
        {
            using var archive = System.IO.Compression.ZipFile.OpenRead(package);
            Assert.That(archive.Entries.Select(entry => entry.FullName), Has.Member("README.md").And.Some.EndsWith(".xml"), package);
        }
    }

    [Test]
    public void The_example_of_the_readme_prints_what_the_readme_says()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "libprocess", "README.md"));
        string program = Code().Match(readme).Groups[1].Value;
        string printed = Printed().Match(readme).Groups[1].Value.Replace("    ", string.Empty, StringComparison.Ordinal);
        string project = NewProject("clock", "LibProcess", program);
        Assert.That(Run(project, "run"), Is.EqualTo(printed));
    }

    [Test]
    public void The_package_compiles_ahead_of_time_without_a_warning()
    {
        // The analyzers of trimming and native compilation speak at build time.
        string project = NewProject("native", "LibProcess", Code().Match(File.ReadAllText(Path.Combine(Repository.Root, "libprocess", "README.md"))).Groups[1].Value);
        string output = Run(project, "build", "-c", "Release", "-p:IsAotCompatible=true", "-p:PublishAot=true", "-p:TreatWarningsAsErrors=true", "--nologo");
        Assert.That(output, Does.Contain("0 Warning(s)"));
    }

    private static string Run(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build that runs the tests has set is not for the builds of a user.
        foreach (string name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, () => output + errors.Result);
        return output;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("\nprints\n\n((?:    .*\n)+)")]
    private static partial Regex Printed();

    [GeneratedRegex(@"\.\d+\.\d+\.\d+(-[\w.]+)?(?=\.)")]
    private static partial Regex Version();

    private string NewProject(string name, string package, string program)
    {
        string project = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        string version = Version().Match(Path.GetFileName(Directory.GetFiles(Feed, $"{package}.?.*.nupkg").Single())).Value.TrimStart('.');
        string installed = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(Path.Combine(project, "Program.cs"), program);
        File.WriteAllText(
            Path.Combine(project, name + ".csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestorePackagesPath>{Path.Combine(folder, "installed")}</RestorePackagesPath>
                <RestoreAdditionalProjectSources>{Feed}</RestoreAdditionalProjectSources>
                <RestoreFallbackFolders>{installed}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        return project;
    }
}

using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The packages, used as a newcomer would: an empty folder, the package, the example of the README.</summary>
[TestFixture]
[CancelAfter(240_000)]
internal sealed partial class PackageTests
{
    private static readonly string[] Packages =
    [
        "LibProcess", "LibProcess.Testing", "LibProcess.Hosting",
        "Mesos.Proto", "Mesos.Common", "Mesos.Authentication", "Mesos.Sched", "Mesos.Exec",
    ];

    private string folder = null!;

    private string Feed => Path.Combine(folder, "feed");

    [OneTimeSetUp]
    public void Pack()
    {
        folder = Directory.CreateTempSubdirectory("packages-").FullName;
        Run(Repository.Root, "pack", "Packages.slnf", "-c", "Release", "-o", Feed, "--nologo", "-v", "quiet");
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
            using ZipArchive archive = ZipFile.OpenRead(package);
            Assert.That(archive.Entries.Select(entry => entry.FullName), Has.Member("README.md").And.Some.EndsWith(".xml"), package);
            using var reader = new StreamReader(archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
            Assert.That(reader.ReadToEnd(), Does.Contain("<license type=\"expression\">Apache-2.0</license>").And.Contain("<tags>"), package);
        }
    }

    [Test]
    public void The_example_of_the_readme_prints_what_the_readme_says()
    {
        (string program, string printed) = Example("libprocess");
        string project = NewProject("clock", program, "LibProcess");
        Assert.That(Run(project, "run"), Is.EqualTo(printed));
    }

    [Test]
    [Platform("Linux")]
    public async Task The_framework_of_the_readme_runs_its_tasks_on_a_cluster_and_prints_what_the_readme_says()
    {
        (string program, string printed) = Example("mesos/sched");
        string project = NewProject("primes", program, "Mesos.Sched", "Mesos.Exec");
        Run(project, "build", "-c", "Release", "--nologo", "-v", "quiet");
        await using RunningCluster cluster = await RunningCluster.StartAsync(Path.Combine(folder, "agent"));
        Assert.That(Run(project, "run", "-c", "Release", "--no-build", cluster.Master), Is.EqualTo(printed));
    }

    [Test]
    public void The_executor_of_the_readme_compiles()
    {
        string project = NewProject("hello", Example("mesos/exec").Program, "Mesos.Exec");
        Assert.That(Run(project, "build", "-p:IsAotCompatible=true", "-p:TreatWarningsAsErrors=true", "--nologo"), Does.Contain("0 Warning(s)"));
    }

    [Test]
    public void The_package_compiles_ahead_of_time_without_a_warning()
    {
        // The analyzers of trimming and native compilation speak at build time.
        string project = NewProject("native", Example("libprocess").Program, "LibProcess");
        string output = Run(project, "build", "-c", "Release", "-p:IsAotCompatible=true", "-p:PublishAot=true", "-p:TreatWarningsAsErrors=true", "--nologo");
        Assert.That(output, Does.Contain("0 Warning(s)"));
    }

    // What the first program in a README is, and what it says that program prints.
    private static (string Program, string Printed) Example(string part)
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, part, "README.md"));
        return (Code().Match(readme).Groups[1].Value, Printed().Match(readme).Groups[1].Value.Replace("    ", string.Empty, StringComparison.Ordinal));
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

    private string NewProject(string name, string program, params string[] packages)
    {
        string project = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        string version = Version().Match(Path.GetFileName(Directory.GetFiles(Feed, "LibProcess.?.*.nupkg").Single())).Value.TrimStart('.');
        string references = string.Join('\n', packages.Select(package => $"""    <PackageReference Include="{package}" Version="{version}" />"""));
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
            {references}
              </ItemGroup>
            </Project>
            """);
        return project;
    }
}

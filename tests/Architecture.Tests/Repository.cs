namespace Architecture.Tests;

/// <summary>The files of the repository these tests look at.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];

    private static readonly Lazy<string> LazyRoot = new(FindRoot);
    private static readonly Lazy<IReadOnlyList<SourceFile>> LazyFiles = new(() => [.. Walk(Root).Select(path => new SourceFile(path))]);

    public static string Root => LazyRoot.Value;

    /// <summary>Every text file that belongs to the repository.</summary>
    public static IReadOnlyList<SourceFile> Files => LazyFiles.Value;

    /// <summary>Every C# file.</summary>
    public static IEnumerable<SourceFile> Sources => Files.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>C# files of what users run: not tests, not benchmarks.</summary>
    public static IEnumerable<SourceFile> ProductSources =>
        Sources.Where(file => !file.IsUnder("tests") && !file.IsUnder("benchmarks"));

    public static IEnumerable<SourceFile> Projects => Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var directory = TestContext.CurrentContext.TestDirectory;
        while (!File.Exists(Path.Combine(directory, "Mesos.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("Mesos.sln is in no directory above the tests");
        }

        return directory;
    }

    private static IEnumerable<string> Walk(string directory) => Directory.EnumerateFiles(directory)
        .Concat(Directory.EnumerateDirectories(directory)
            .Where(child => !NotOurs.Contains(Path.GetFileName(child)))
            .SelectMany(Walk));
}

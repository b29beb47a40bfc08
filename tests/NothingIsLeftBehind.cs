namespace Mesos;

/// <summary>
/// Gives a suite a directory of its own for temporary files, and sees at its end that no file is left there and that no process of
/// the machine knows of it any more.
/// </summary>
[SetUpFixture]
[Platform(Exclude = "Win", Reason = "processes are found by their environment")]
internal sealed class NothingIsLeftBehind
{
    private const string Variable = "TMPDIR";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // What the runtime itself puts there, and leaves where a program is killed.
    private static readonly string[] OfTheRuntime = ["dotnet-diagnostic-", "clr-debug-pipe-", ".dotnet", "MSBuildTemp"];

    private readonly string? before = Environment.GetEnvironmentVariable(Variable);
    private string directory = "";

    [OneTimeSetUp]
    public void SetUp()
    {
        directory = Directory.CreateTempSubdirectory("suite-").FullName;
        Environment.SetEnvironmentVariable(Variable, directory);
    }

    [OneTimeTearDown]
    public async Task TearDown()
    {
        Environment.SetEnvironmentVariable(Variable, before);
        var late = DateTime.UtcNow + Patience;
        while (Left().Length > 0 && DateTime.UtcNow < late)
        {
            await Task.Delay(50);
        }

        string[] left = Left();
        Directory.Delete(directory, recursive: true);
        Assert.That(left, Is.Empty, "the suite leaves something behind");
    }

    private string[] Left() => [.. Files(), .. Processes()];

    private IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries(directory)
        .Where(path => !OfTheRuntime.Any(Path.GetFileName(path).StartsWith));

    private IEnumerable<string> Processes() => Directory.Exists("/proc")
        ? Directory.EnumerateDirectories("/proc")
            .Where(process => Path.GetFileName(process).All(char.IsAsciiDigit) && Path.GetFileName(process) != Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Where(process => Read(process + "/environ").Contains(directory, StringComparison.Ordinal) || Read(process + "/cmdline").Contains(directory, StringComparison.Ordinal))
            .Select(process => $"process {Path.GetFileName(process)}: {Read(process + "/cmdline").Replace('\0', ' ')}")
        : [];

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended, or is nobody's business.
        }
    }
}

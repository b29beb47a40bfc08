namespace Mesos.Integration.Tests;

/// <summary>A directory of one test, and the means to see that nothing is left of the programs that worked in it.</summary>
internal sealed class Sandbox : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mesos-test-").FullName;

    /// <summary>Makes programs put their temporary files here.</summary>
    public KeyValuePair<string, string>[] Environment => [KeyValuePair.Create("TMPDIR", Path)];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The processes of this machine that know of this directory, from their command line or environment.</summary>
    public IReadOnlyList<string> Processes() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(directory => System.IO.Path.GetFileName(directory).All(char.IsAsciiDigit))
            .Where(directory => Read(directory + "/environ").Contains(Path, StringComparison.Ordinal) || Read(directory + "/cmdline").Contains(Path, StringComparison.Ordinal))
            .Select(directory => System.IO.Path.GetFileName(directory) + ": " + Read(directory + "/cmdline").Replace('\0', ' ')),
    ];

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Read(string path)
    {
        try
        {
            return System.IO.File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended, or is nobody's business.
        }
    }
}

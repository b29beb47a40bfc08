namespace Architecture.Tests;

/// <summary>One file, named by its path from the root with forward slashes.</summary>
internal sealed class SourceFile(string fullPath)
{
    private readonly Lazy<string[]> lines = new(() => File.ReadAllLines(fullPath));

    public string FullPath { get; } = fullPath;

    public string Path { get; } = System.IO.Path.GetRelativePath(Repository.Root, fullPath).Replace('\\', '/');

    public string Name => System.IO.Path.GetFileName(FullPath);

    public IReadOnlyList<string> Lines => lines.Value;

    public string Text => string.Join('\n', Lines);

    /// <summary>Whether the file holds bytes no text has.</summary>
    public bool IsBinary
    {
        get
        {
            using var stream = File.OpenRead(FullPath);
            var head = new byte[Math.Min(4096, stream.Length)];
            stream.ReadExactly(head);
            return head.Contains((byte)0);
        }
    }

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public override string ToString() => Path;
}

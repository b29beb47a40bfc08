namespace Mesos.Master.Tests.Facts;

/// <summary>A table of facts about the original that is part of these tests.</summary>
internal static class FactTable
{
    /// <summary>The rows below the head, by column.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string name)
    {
        using Stream stream = typeof(FactTable).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] head = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => head.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second))];
    }
}

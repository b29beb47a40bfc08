namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>A file, directory or link of a simulated disk: what is seen of it, and what of that is durable.</summary>
internal sealed class DiskEntry
{
    private const int Sector = 512;

    private byte[] durable = [];
    private Dictionary<string, DiskEntry> durableEntries = new(StringComparer.Ordinal);

    public bool IsDirectory { get; private init; }

    public string? Target { get; init; }

    public byte[] Content { get; set; } = [];

    public Dictionary<string, DiskEntry> Entries { get; } = new(StringComparer.Ordinal);

    public static DiskEntry NewDirectory() => new() { IsDirectory = true };

    public void AddDurable(string name, DiskEntry entry) => Entries[name] = durableEntries[name] = entry;

    public void MakeDurable()
    {
        durable = Content;
        durableEntries = new(Entries, StringComparer.Ordinal);
    }

    /// <summary>The system could not write what is new of a file, says so once, and has nothing left to write.</summary>
    public void Forget() => Content = durable;

    /// <summary>The same, in which what is not durable is not durable either.</summary>
    public DiskEntry Copy() => Copy(new Dictionary<DiskEntry, DiskEntry>(ReferenceEqualityComparer.Instance));

    /// <summary>What was durable, and of the rest this and that.</summary>
    public DiskEntry CopyAfterPowerCut(Random random)
    {
        var copy = new DiskEntry { IsDirectory = IsDirectory, Target = Target, Content = IsDirectory || Target is not null ? [] : Torn(random) };
        foreach (string name in durableEntries.Keys.Union(Entries.Keys))
        {
            durableEntries.TryGetValue(name, out DiskEntry? before);
            Entries.TryGetValue(name, out DiskEntry? now);
            if ((ReferenceEquals(before, now) || random.Next(2) == 0 ? now : before) is { } chosen)
            {
                copy.Entries[name] = chosen.CopyAfterPowerCut(random);
            }
        }

        copy.MakeDurable();
        return copy;
    }

    private DiskEntry Copy(Dictionary<DiskEntry, DiskEntry> copies)
    {
        if (copies.TryGetValue(this, out DiskEntry? copy))
        {
            return copy;
        }

        copies[this] = copy = new DiskEntry { IsDirectory = IsDirectory, Target = Target, Content = Content, durable = durable };
        foreach ((string name, DiskEntry entry) in Entries)
        {
            copy.Entries[name] = entry.Copy(copies);
        }

        foreach ((string name, DiskEntry entry) in durableEntries)
        {
            copy.durableEntries[name] = entry.Copy(copies);
        }

        return copy;
    }

    private byte[] Torn(Random random) =>
        Content.AsSpan().SequenceEqual(durable) ? Content
        : random.Next(2) == 0 && Content.AsSpan().StartsWith(durable) ? TornAtTheEnd(random)
        : WithHoles(random);

    private byte[] TornAtTheEnd(Random random)
    {
        int cut = random.Next(durable.Length, Content.Length + 1);
        int sector = Math.Max(durable.Length, cut / Sector * Sector);
        return random.Next(4) switch
        {
            0 => Content[..cut],
            1 => Content[..sector],
            2 => [.. Content[..cut], .. new byte[Content.Length - cut]],
            _ => [.. Content[..sector], .. new byte[Content.Length - sector]],
        };
    }

    /// <summary>Sectors are written in any order; the length has an order of its own.</summary>
    private byte[] WithHoles(Random random)
    {
        int length = random.Next(4) switch
        {
            0 => durable.Length,
            1 => random.Next(Math.Min(durable.Length, Content.Length), Math.Max(durable.Length, Content.Length) + 1),
            _ => Content.Length,
        };
        byte[] image = new byte[length];
        for (int start = 0; start < length; start += Sector)
        {
            byte[] source = random.Next(3) == 0 ? durable : Content;
            int end = Math.Min(length, start + Sector);
            if (start < source.Length)
            {
                source.AsSpan(start..Math.Min(end, source.Length)).CopyTo(image.AsSpan(start));
            }
        }

        return image;
    }
}

using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// A disk in memory that knows what is durable: it can stop at any step, lose power, fill up or break. Steps are the calls that
/// change something or make it durable.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    private readonly Lock gate = new();
    private readonly Entry root;

    public SimulatedDisk()
        : this(Entry.NewDirectory())
    {
    }

    private SimulatedDisk(Entry root) => this.root = root;

    /// <summary>What happened, in order.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Called at this step, counted from 1; 0 for never.</summary>
    public int StopAt { get; set; }

    /// <summary>Called once at <see cref="StopAt"/>.</summary>
    public Action? Stop { get; set; }

    /// <summary>Whether the disk does nothing any more from <see cref="StopAt"/> on.</summary>
    public bool DiesThere { get; set; } = true;

    /// <summary>What goes wrong at a step; null where it goes well.</summary>
    public Func<int, string, IOException?>? Fault { get; set; }

    /// <summary>A disk that says that things are durable and lies.</summary>
    public bool IgnoresSync { get; set; }

    public bool Dead { get; private set; }

    public int Syncs { get; private set; }

    public bool DirectoryExists(string path) => Locked(() => Resolve(path) is { IsDirectory: true });

    public bool FileExists(string path) => Locked(() => Resolve(path) is { IsDirectory: false, Target: null });

    public IReadOnlyList<string> List(string directory) => Locked<IReadOnlyList<string>>(() =>
        Resolve(directory) is { IsDirectory: true } found ? [.. found.Entries.Keys.Order(StringComparer.Ordinal)] : []);

    public byte[]? TryRead(string path) => Locked(() => Resolve(path) is { IsDirectory: false, Target: null } found ? found.Content : null);

    public string? ReadLink(string path) => Locked(() => Resolve(path)?.Target);

    public DateTimeOffset? ChangedAt(string path) => null;

    public void Touch(string path, DateTimeOffset time)
    {
    }

    /// <summary>How full the disk is.</summary>
    public double? Used { get; set; } = 0;

    public double? UsedShare(string path) => Used;

    public void CreateDirectory(string path, UnixFileMode mode) => Step("mkdir", path, () => Parent(path).Entries.TryAdd(Path.GetFileName(path), Entry.NewDirectory()));

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Step("write", path, () => Parent(path).Entries[Path.GetFileName(path)] = new Entry { Content = copy });
    }

    public void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Step("append", path, () =>
        {
            Entry directory = Parent(path);
            if (!directory.Entries.TryGetValue(Path.GetFileName(path), out Entry? file))
            {
                directory.Entries[Path.GetFileName(path)] = file = new Entry();
            }

            file.Content = [.. file.Content, .. copy];
        });
    }

    public long Length(string path) => Locked(() => Resolve(path)?.Content.Length ?? 0);

    public void Truncate(string path, long length) => Step("truncate", path, () =>
    {
        Entry file = Resolve(path) ?? throw new IOException("no such file " + path);
        file.Content = file.Content[..(int)length];
    });

    public void Sync(string path) => Step("sync", path, () =>
    {
        Syncs++;
        if (!IgnoresSync)
        {
            (Resolve(path) ?? throw new IOException("no such file " + path)).MakeDurable();
        }
    });

    public void SyncAll(string path) => Step("syncfs", path, () =>
    {
        Syncs++;
        if (!IgnoresSync)
        {
            root.MakeAllDurable();
        }
    });

    public void Rename(string from, string to) => Step("rename", to, () =>
    {
        if (!Parent(from).Entries.Remove(Path.GetFileName(from), out Entry? entry))
        {
            throw new IOException("no such file " + from);
        }

        Parent(to).Entries[Path.GetFileName(to)] = entry;
    });

    public void CreateLink(string path, string target) => Step("link", path, () =>
    {
        if (!Parent(path).Entries.TryAdd(Path.GetFileName(path), new Entry { Target = target, Durable = [] }))
        {
            throw new IOException("exists " + path);
        }
    });

    public void Delete(string path)
    {
        if (Locked(() => Resolve(path) is { IsDirectory: false }))
        {
            Step("delete", path, () => Parent(path).Entries.Remove(Path.GetFileName(path)));
        }
    }

    public void DeleteTree(string path)
    {
        if (DirectoryExists(path))
        {
            Step("rmtree", path, () => Parent(path).Entries.Remove(Path.GetFileName(path)));
        }
    }

    /// <summary>From now on nothing is written: whoever wrote has been killed.</summary>
    public void Die()
    {
        lock (gate)
        {
            Dead = true;
        }
    }

    /// <summary>A directory that is there before anything begins, and is no step.</summary>
    public void MakeRoot(string path)
    {
        lock (gate)
        {
            root.AddDurable(Path.GetFileName(path), Entry.NewDirectory());
        }
    }

    /// <summary>Somebody else writes a file, durably, which is no step. Nothing happens where the directory is not there.</summary>
    public void Plant(string path)
    {
        lock (gate)
        {
            Resolve(Path.GetDirectoryName(path)!)?.AddDurable(Path.GetFileName(path), new Entry());
        }
    }

    /// <summary>What the next agent finds where only the last one was killed: everything it ever wrote.</summary>
    public SimulatedDisk AfterKill()
    {
        lock (gate)
        {
            return new SimulatedDisk(root.CopyAll()) { IgnoresSync = IgnoresSync };
        }
    }

    /// <summary>What is found after a power cut: what was durable, and of the rest this and that, torn where it happened to be torn.</summary>
    public SimulatedDisk AfterPowerCut(Random random)
    {
        lock (gate)
        {
            return new SimulatedDisk(root.CopyAfterPowerCut(random)) { IgnoresSync = IgnoresSync };
        }
    }

    private void Step(string what, string path, Action change)
    {
        Action? stop = null;
        try
        {
            lock (gate)
            {
                if (Dead)
                {
                    throw new IOException("The disk has gone");
                }

                Steps.Add($"{what} {path}");
                if (Steps.Count == StopAt)
                {
                    stop = Stop;
                    if (DiesThere)
                    {
                        Dead = true;
                        throw new IOException("The disk has gone");
                    }
                }

                if (Fault?.Invoke(Steps.Count, what) is { } error)
                {
                    throw error;
                }

                change();
            }
        }
        finally
        {
            stop?.Invoke();
        }
    }

    private T Locked<T>(Func<T> look)
    {
        lock (gate)
        {
            return look();
        }
    }

    private Entry Parent(string path) => Resolve(Path.GetDirectoryName(path)!) is { IsDirectory: true } found ? found : throw new IOException("no such directory for " + path);

    private Entry? Resolve(string path)
    {
        Entry? entry = root;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry is not { IsDirectory: true } || !entry.Entries.TryGetValue(part, out entry))
            {
                return null;
            }
        }

        return entry;
    }

    private sealed class Entry
    {
        private const int Sector = 512;

        public bool IsDirectory { get; private init; }

        public string? Target { get; init; }

        public byte[] Content { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        public Dictionary<string, Entry> Entries { get; private init; } = new(StringComparer.Ordinal);

        private Dictionary<string, Entry> DurableEntries { get; set; } = new(StringComparer.Ordinal);

        public static Entry NewDirectory() => new() { IsDirectory = true };

        public void AddDurable(string name, Entry entry) => Entries[name] = DurableEntries[name] = entry;

        public void MakeDurable()
        {
            Durable = Content;
            DurableEntries = new(Entries, StringComparer.Ordinal);
        }

        public void MakeAllDurable()
        {
            MakeDurable();
            foreach (Entry entry in Entries.Values)
            {
                entry.MakeAllDurable();
            }
        }

        public Entry CopyAll()
        {
            var copy = new Entry
            {
                IsDirectory = IsDirectory,
                Target = Target,
                Content = Content,
                Durable = Durable,
                Entries = Entries.ToDictionary(entry => entry.Key, entry => entry.Value.CopyAll(), StringComparer.Ordinal),
            };
            copy.MakeDurable();
            return copy;
        }

        public Entry CopyAfterPowerCut(Random random)
        {
            var copy = new Entry { IsDirectory = IsDirectory, Target = Target, Content = IsDirectory || Target is not null ? [] : Torn(random) };
            foreach (string name in DurableEntries.Keys.Union(Entries.Keys))
            {
                DurableEntries.TryGetValue(name, out Entry? before);
                Entries.TryGetValue(name, out Entry? now);
                if ((ReferenceEquals(before, now) || random.Next(2) == 0 ? now : before) is { } chosen)
                {
                    copy.Entries[name] = chosen.CopyAfterPowerCut(random);
                }
            }

            copy.MakeDurable();
            return copy;
        }

        private byte[] Torn(Random random)
        {
            if (Content.AsSpan().SequenceEqual(Durable))
            {
                return Content;
            }

            if (!Content.AsSpan().StartsWith(Durable))
            {
                return random.Next(3) switch { 0 => Durable, 1 => Content, _ => [] };
            }

            int cut = random.Next(Durable.Length, Content.Length + 1);
            int sector = Math.Max(Durable.Length, cut / Sector * Sector);
            return random.Next(4) switch
            {
                0 => Content[..cut],
                1 => Content[..sector],
                2 => [.. Content[..cut], .. new byte[Content.Length - cut]],
                _ => [.. Content[..sector], .. new byte[Content.Length - sector]],
            };
        }
    }
}

namespace Mesos.Master.Registrar.Storage;

/// <summary>The files of the registry: a seam, so that tests can have disks that fail. May block; not safe for more than one user at a time.</summary>
/// <remarks>Every member throws <see cref="IOException"/> when it fails, and nothing else.</remarks>
internal interface IRegistryDirectory : IDisposable
{
    /// <summary>The place, for messages.</summary>
    string Path { get; }

    /// <summary>The content of a file; null where there is none of that name.</summary>
    byte[]? Read(string name);

    /// <summary>Makes an empty file, over one that is there. Its name is durable after <see cref="Sync"/> only.</summary>
    IRegistryAppender Create(string name);

    /// <summary>Gives a file another name, over one that is there. Durable after <see cref="Sync"/> only.</summary>
    void Rename(string from, string to);

    /// <summary>Makes names durable.</summary>
    void Sync();
}

/// <summary>A file that grows at its end. It stays the same file when its name changes.</summary>
internal interface IRegistryAppender : IDisposable
{
    /// <summary>Adds bytes, which are durable after <see cref="Sync"/> only.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Makes everything added so far durable.</summary>
    void Sync();
}

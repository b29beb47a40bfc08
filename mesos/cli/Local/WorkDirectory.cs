namespace Mesos.Cli.Local;

/// <summary>Where a local cluster keeps its files: a directory the user named, or a temporary one that disappears with this object.</summary>
internal sealed class WorkDirectory : IDisposable
{
    private readonly bool temporary;

    public WorkDirectory(string? named)
    {
        temporary = named is null;
        Path = named is null ? Directory.CreateTempSubdirectory("mesos-local-").FullName : System.IO.Path.GetFullPath(named);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (!temporary)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Files of other users, made by tasks, stay behind; that is no failure of the command.
        }
    }
}

namespace Mesos.Launcher.Containerizer;

/// <summary>A file that takes what a program writes.</summary>
/// <param name="Path">As the caller names it.</param>
/// <param name="Place">As it is opened once the directory of the program has been entered.</param>
internal readonly record struct OutputFile(string Path, string Place)
{
    /// <summary>What is in the directory is opened there: the user of the program may not reach it from the root.</summary>
    public static OutputFile? Of(string? path, string? directory)
    {
        if (path is null)
        {
            return null;
        }

        var full = System.IO.Path.GetFullPath(path);
        var isInside = directory is not null &&
            System.IO.Path.GetDirectoryName(full) == System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(directory));
        return new OutputFile(path, isInside ? System.IO.Path.GetFileName(full) : full);
    }
}

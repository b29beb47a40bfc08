using System.Globalization;

namespace Mesos.Slave.Storage;

/// <summary>Makes the changes of several requests durable with as few waits for the disk as possible.</summary>
/// <remarks>
/// Four steps: write everything that is new beside what is old; make that durable; give it the names it is known by; make the names
/// durable. A request whose change fails is undone and told so; the others go on.
/// </remarks>
internal sealed class CommitPlan(IFileSystem files, Action synced)
{
    /// <summary>From so many files on, the whole file system is made durable in one go.</summary>
    public const int ManyFiles = 8;

    // Files that could not grow in this go: nothing that comes later may overtake what is missing.
    private readonly Dictionary<string, IOException> refused = new(StringComparer.Ordinal);
    private long temporaryFiles;

    public void Commit(IReadOnlyList<CheckpointProcess.Request> requests)
    {
        refused.Clear();
        var contents = new Touched();
        var names = new Touched();
        List<(CheckpointProcess.Request Request, Change Change, string Temporary)> prepared = [];
        foreach (CheckpointProcess.Request request in requests)
        {
            Guard(request, () =>
            {
                foreach (Change change in request.Changes)
                {
                    Prepare(request, change, contents, names, prepared);
                }
            });
        }

        Sync(contents);
        foreach ((CheckpointProcess.Request request, Change change, string temporary) in prepared)
        {
            if (request.Error is null)
            {
                Guard(request, () => Publish(request, change, temporary, names));
            }
            else if (temporary.Length > 0)
            {
                DeleteQuietly(temporary);
            }
        }

        Sync(names);
    }

    private void Prepare(
        CheckpointProcess.Request request,
        Change change,
        Touched contents,
        Touched names,
        List<(CheckpointProcess.Request, Change, string)> prepared)
    {
        if (change is Change.Replace { InDirectory: true } && !files.DirectoryExists(Path.GetDirectoryName(change.Path)!))
        {
            return;
        }

        if (change is not (Change.Remove or Change.RemoveTree or Change.Cut or Change.Move))
        {
            bool isDirectory = change is Change.MakeDirectory;
            MakeDirectories(
                request,
                isDirectory ? change.Path : Path.GetDirectoryName(change.Path)!,
                isDirectory ? ((Change.MakeDirectory)change).Mode : Change.Passage,
                names);
        }

        switch (change)
        {
            case Change.Replace replace:
                string temporary = TemporaryFor(change.Path);
                prepared.Add((request, change, temporary));
                files.Write(temporary, replace.Content, Change.Private);
                contents.Add(temporary, request);
                break;
            case Change.Append append:
                Append(request, append, contents, names);
                break;
            case Change.Cut cut:
                files.Truncate(cut.Path, cut.Length);
                contents.Add(cut.Path, request);
                break;
            case Change.PointLink link:
                string temporaryLink = TemporaryFor(change.Path);
                prepared.Add((request, change, temporaryLink));
                files.Delete(temporaryLink);
                files.CreateLink(temporaryLink, link.Target);
                break;
            case Change.Move or Change.Remove or Change.RemoveTree:
                prepared.Add((request, change, ""));
                break;
        }
    }

    private void Append(CheckpointProcess.Request request, Change.Append append, Touched contents, Touched names)
    {
        if (refused.TryGetValue(append.Path, out IOException? earlier))
        {
            throw earlier;
        }

        long before = files.Length(append.Path);
        try
        {
            files.Append(append.Path, append.Content, Change.Readable);
        }
        catch (IOException exception)
        {
            refused[append.Path] = exception;
            if (files.Length(append.Path) > before)
            {
                // Half a record in the middle would make everything behind it unreadable.
                files.Truncate(append.Path, before);
            }

            throw;
        }

        contents.Add(append.Path, request);
        if (before == 0)
        {
            names.Add(Path.GetDirectoryName(append.Path)!, request);
        }
    }

    private void Publish(CheckpointProcess.Request request, Change change, string temporary, Touched names)
    {
        switch (change)
        {
            case Change.Replace or Change.PointLink:
                files.Rename(temporary, change.Path);
                break;
            case Change.Move move:
                files.Rename(move.Path, move.To);
                break;
            case Change.Remove:
                files.Delete(change.Path);
                break;
            case Change.RemoveTree { KeepRoot: false }:
                files.DeleteTree(change.Path);
                break;
            case Change.RemoveTree:
                Empty(change.Path);
                break;
        }

        string directory = change is Change.RemoveTree { KeepRoot: true } ? change.Path : Path.GetDirectoryName(change.Path)!;
        if (change is not (Change.Remove or Change.RemoveTree) || files.DirectoryExists(directory))
        {
            names.Add(directory, request);
        }
    }

    private void Empty(string directory)
    {
        foreach (string name in files.List(directory))
        {
            string path = Path.Combine(directory, name);
            files.Delete(path);
            files.DeleteTree(path);
        }
    }

    private void MakeDirectories(CheckpointProcess.Request request, string path, UnixFileMode mode, Touched names)
    {
        if (files.DirectoryExists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path)!;
        MakeDirectories(request, parent, Change.Passage, names);
        files.CreateDirectory(path, mode);
        names.Add(parent, request);
    }

    private void Sync(Touched touched)
    {
        KeyValuePair<string, List<CheckpointProcess.Request>>[] needed =
            [.. touched.Paths.Where(static path => path.Value.Any(static request => request.Error is null))];
        if (needed.Length > ManyFiles && OperatingSystem.IsLinux())
        {
            SyncAll(needed);
            return;
        }

        foreach ((string path, List<CheckpointProcess.Request> requests) in needed)
        {
            try
            {
                synced();
                files.Sync(path);
            }
            catch (IOException exception)
            {
                Fail(requests, exception);
            }
        }
    }

    private void SyncAll(KeyValuePair<string, List<CheckpointProcess.Request>>[] needed)
    {
        try
        {
            synced();
            files.SyncAll(Path.GetDirectoryName(needed[0].Key)!);
        }
        catch (IOException exception)
        {
            foreach (KeyValuePair<string, List<CheckpointProcess.Request>> path in needed)
            {
                Fail(path.Value, exception);
            }
        }
    }

    /// <summary>What was not made durable may be lost although the next attempt succeeds, so a full disk is not reported as such here.</summary>
    private static void Fail(List<CheckpointProcess.Request> requests, IOException exception)
    {
        foreach (CheckpointProcess.Request request in requests)
        {
            request.Error ??= new IOException("Cannot make it durable: " + exception.Message, exception);
        }
    }

    private static void Guard(CheckpointProcess.Request request, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            request.Error ??= DiskErrors.Of(exception);
        }
    }

    private void DeleteQuietly(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception)
        {
            // The request has failed already. Names that begin so are passed over when the files are read.
        }
    }

    private string TemporaryFor(string path) => Path.Combine(
        Path.GetDirectoryName(path)!,
        string.Create(CultureInfo.InvariantCulture, $"{CheckpointNames.Temporary}{Path.GetFileName(path)}.{temporaryFiles++}"));

    /// <summary>Paths in the order in which they were touched, and who touched them.</summary>
    private sealed class Touched
    {
        public OrderedDictionary<string, List<CheckpointProcess.Request>> Paths { get; } = new(StringComparer.Ordinal);

        public void Add(string path, CheckpointProcess.Request request)
        {
            if (!Paths.TryGetValue(path, out List<CheckpointProcess.Request>? requests))
            {
                Paths[path] = requests = [];
            }

            requests.Add(request);
        }
    }
}

using System.Globalization;

namespace Mesos.Slave.Storage;

/// <summary>Makes the changes of several requests durable with as few waits for the disk as possible.</summary>
/// <remarks>
/// Four steps: write everything that is new beside what is old; make that durable; give it the names it is known by; make the names
/// durable. A request whose change fails is undone and told so; the others go on. Where something could not be made durable or undone,
/// all fail, and all that come later.
/// </remarks>
internal sealed class CommitPlan(IFileSystem files, Action synced)
{
    // Files that could not grow in this go: nothing that comes later may overtake what is missing.
    private readonly Dictionary<string, IOException> refused = new(StringComparer.Ordinal);

    // Files whose last record has to be durable before another follows.
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);

    private readonly Durability durability = new(files, synced);
    private long temporaryFiles;

    /// <summary>Why nothing can be promised any more, or null.</summary>
    public IOException? Lost => durability.Lost;

    /// <summary>Makes durable what an earlier run may have left to the system to write.</summary>
    public void Settle(string tree, IReadOnlyList<string> others) => durability.Settle(tree, others);

    /// <summary>Commits requests.</summary>
    /// <param name="requests">In the order in which they were made.</param>
    /// <param name="later">Gets those that have to wait for the next go, because what goes before them in a file must be durable first.</param>
    /// <returns>The others. What became of each is said there.</returns>
    public IReadOnlyList<CheckpointProcess.Request> Commit(IEnumerable<CheckpointProcess.Request> requests, List<CheckpointProcess.Request> later)
    {
        refused.Clear();
        closed.Clear();
        var contents = new Touched();
        var names = new Touched();
        List<CheckpointProcess.Request> done = [];
        List<(CheckpointProcess.Request Request, Change Change, string Temporary)> prepared = [];
        foreach (CheckpointProcess.Request request in requests)
        {
            if (request.Grows.Any(closed.Contains))
            {
                later.Add(request);
                closed.UnionWith(request.Grows);
                continue;
            }

            done.Add(request);
            Guard(request, () =>
            {
                foreach (Change change in request.Changes)
                {
                    Prepare(request, change, contents, names, prepared);
                }
            });
        }

        durability.SyncContents(contents.Needed);
        FailWhereLost(done);
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

        durability.SyncNames(names.Needed);
        FailWhereLost(done);
        return done;
    }

    private void FailWhereLost(List<CheckpointProcess.Request> requests)
    {
        if (Lost is { } lost)
        {
            requests.ForEach(request => request.Error = lost);
        }
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

        if (change is not (Change.Remove or Change.RemoveTree or Change.Cut))
        {
            bool isDirectory = change is Change.MakeDirectory;
            string directory = isDirectory ? change.Path : Path.GetDirectoryName(change.Path)!;
            MakeDirectories(request, directory, isDirectory ? ((Change.MakeDirectory)change).Mode : Change.Passage, names);
            foreach (string owed in durability.OwedAbove(directory))
            {
                // That it is there does not say that it stays: another request may have made it, and failed.
                names.Add(owed, request);
            }
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
            case Change.Remove or Change.RemoveTree:
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
            CutBack(append.Path, before);
            throw;
        }

        contents.Add(append.Path, request);
        if (before == 0)
        {
            Name(Path.GetDirectoryName(append.Path)!, request, names);
        }

        if (!SharedWaits.MayBeFollowed(before, append.Content.Length))
        {
            closed.Add(append.Path);
        }
    }

    private void CutBack(string path, long length)
    {
        try
        {
            if (files.Length(path) > length)
            {
                // Half a record in the middle would make everything behind it unreadable.
                files.Truncate(path, length);
            }
        }
        catch (IOException exception)
        {
            durability.Lose(exception);
        }
    }

    private void Publish(CheckpointProcess.Request request, Change change, string temporary, Touched names)
    {
        switch (change)
        {
            case Change.Replace or Change.PointLink:
                files.Rename(temporary, change.Path);
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
            Name(directory, request, names);
        }
    }

    private void Name(string directory, CheckpointProcess.Request request, Touched names)
    {
        durability.Owe(directory);
        names.Add(directory, request);
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
        Name(parent, request, names);
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
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Storage;

/// <summary>Deletes a directory with all that is in it, and nothing else.</summary>
/// <remarks>
/// What is deleted belonged to a task, some process of which may still move directories and plant links while this works, often as
/// root. So everything is reached through the open directory it is in, and never through a link. Trees may be deeper than there
/// are files to open, or than any path is long: what is too deep is moved up first. Linux.
/// </remarks>
internal sealed unsafe class TreeRemoval
{
    private const int MaxDepth = 64;
    private const int MaxRepeats = 16;
    private const int OnlyOwner = 0b111_000_000;

    private readonly string path;
    private readonly Stack<TreeDirectory> open = new();
    private int repeatsLeft = MaxRepeats;
    private long moved;
    private int firstError;

    private TreeRemoval(string path) => this.path = path;

    /// <summary>Whether this machine has what it takes.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Deletes a directory; a link or a file stays, as does what is not there.</summary>
    /// <exception cref="IOException">Something cannot be deleted; all else is.</exception>
    public static void Delete(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            throw new IOException($"The root of the file system is not deleted: '{path}'");
        }

        int directory = LibC.Open(parent, LibC.OpenDirectory | LibC.OpenForSelf);
        if (directory < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is not (LibC.NoEntry or LibC.NotDirectory))
            {
                throw DiskErrors.Create(error, parent);
            }

            return;
        }

        try
        {
            new TreeRemoval(full).Delete(directory, [.. Encoding.UTF8.GetBytes(Path.GetFileName(full)), 0]);
        }
        finally
        {
            _ = LibC.Close(directory);
        }
    }

    private void Delete(int parent, byte[] name)
    {
        try
        {
            if (!Enter(parent, name) && firstError is (LibC.NoEntry or LibC.NotDirectory or LibC.TooManyLinks))
            {
                return;
            }

            while (open.TryPeek(out TreeDirectory? directory))
            {
                if (directory.Next() is { } entry)
                {
                    DeleteEntry(directory, entry);
                }
                else
                {
                    Leave(parent);
                }
            }
        }
        finally
        {
            while (open.TryPop(out TreeDirectory? directory))
            {
                directory.Dispose();
            }
        }

        if (firstError != 0)
        {
            throw DiskErrors.Create(firstError, path);
        }
    }

    private void DeleteEntry(TreeDirectory directory, byte[] name)
    {
        int error = Unlink(directory, name, flags: 0);
        if (error is 0 or LibC.NoEntry)
        {
            directory.HasChanged = true;
        }
        else if (error is not (LibC.IsDirectory or LibC.NotPermitted))
        {
            Note(error);
        }
        else if (open.Count < MaxDepth)
        {
            if (!Enter(directory.File, name))
            {
                // It was something else a moment ago.
                directory.HasChanged |= firstError == 0;
            }
        }
        else if (Unlink(directory, name, LibC.RemoveDirectory) is not (0 or LibC.NoEntry))
        {
            MoveUp(directory, name);
        }
        else
        {
            directory.HasChanged = true;
        }
    }

    /// <summary>Everything in the innermost directory has been looked at: now it goes itself.</summary>
    private void Leave(int parent)
    {
        TreeDirectory directory = open.Pop();
        int error = open.TryPeek(out TreeDirectory? outer) ? Unlink(outer, directory.Name, LibC.RemoveDirectory) : Unlink(parent, directory.Name, LibC.RemoveDirectory);
        if (error == LibC.NotEmpty && directory.HasChanged && repeatsLeft-- > 0)
        {
            // What came meanwhile may have been passed over.
            directory.Repeat();
            open.Push(directory);
            return;
        }

        directory.Dispose();
        if (error is 0 or LibC.NoEntry)
        {
            if (outer is not null)
            {
                outer.HasChanged = true;
            }
        }
        else
        {
            Note(error);
        }
    }

    private bool Enter(int parent, byte[] name)
    {
        if (TreeDirectory.Open(parent, name) is { } directory)
        {
            open.Push(directory);
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == LibC.AccessDenied && Unlock(parent, name) && TreeDirectory.Open(parent, name) is { } unlocked)
        {
            open.Push(unlocked);
            return true;
        }

        if (open.Count == 0 || error is not (LibC.NoEntry or LibC.NotDirectory or LibC.TooManyLinks))
        {
            Note(error);
        }

        return false;
    }

    private void MoveUp(TreeDirectory directory, byte[] name)
    {
        TreeDirectory top = open.Last();
        for (int attempt = 0; attempt < MaxRepeats; attempt++)
        {
            byte[] place = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $".deep-{moved++}")), 0];
            int error = Rename(directory, name, top, place);
            if (error == LibC.AccessDenied && Unlock(directory.File, name))
            {
                error = Rename(directory, name, top, place);
            }

            if (error is 0 or LibC.NoEntry)
            {
                directory.HasChanged = top.HasChanged = true;
                repeatsLeft++;
                return;
            }

            if (error is not (LibC.NotEmpty or LibC.Exists or LibC.NotDirectory or LibC.IsDirectory))
            {
                Note(error);
                return;
            }
        }

        Note(LibC.NotEmpty);
    }

    private static int Rename(TreeDirectory from, byte[] name, TreeDirectory to, byte[] place)
    {
        fixed (byte* oldName = name, newName = place)
        {
            return LibC.RenameAt(from.File, oldName, to.File, newName) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>A task may have shut its directories even to their owner.</summary>
    private static int Unlink(TreeDirectory directory, byte[] name, int flags)
    {
        int error = Unlink(directory.File, name, flags);
        return error == LibC.AccessDenied && LibC.ChangeMode(directory.File, OnlyOwner) == 0 ? Unlink(directory.File, name, flags) : error;
    }

    private static int Unlink(int directory, byte[] name, int flags)
    {
        fixed (byte* entry = name)
        {
            return LibC.UnlinkAt(directory, entry, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>The mode of what cannot be opened is changed through its place, which a link cannot take.</summary>
    private static bool Unlock(int parent, byte[] name)
    {
        int place;
        fixed (byte* entry = name)
        {
            place = LibC.OpenAt(parent, entry, LibC.OpenPlace | LibC.OpenDirectory | LibC.OpenNoLink | LibC.OpenForSelf);
        }

        if (place < 0)
        {
            return false;
        }

        bool isChanged = LibC.ChangeMode(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{place}"), OnlyOwner) == 0;
        _ = LibC.Close(place);
        return isChanged;
    }

    private void Note(int error) => firstError = firstError == 0 ? error : firstError;
}

using System.Runtime.InteropServices;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Storage;

/// <summary>An open directory of a tree that is deleted, and how far its entries have been looked at. Linux, 64 bits.</summary>
internal sealed unsafe class TreeDirectory : IDisposable
{
    // In struct dirent, after two numbers of 64 bits, one of 16 and one of 8.
    private const int NameOffset = 19;

    private readonly nint stream;

    private TreeDirectory(nint stream, int file, byte[] name) => (this.stream, File, Name) = (stream, file, name);

    /// <summary>The descriptor.</summary>
    public int File { get; }

    /// <summary>The name in the directory it is in, with a zero behind it: names need not be text.</summary>
    public byte[] Name { get; }

    /// <summary>Whether something in it has gone or was moved since the first entry was looked at.</summary>
    public bool HasChanged { get; set; }

    /// <summary>Opens a directory, but no link to one; null where it cannot be, and the error is the last one of the system.</summary>
    public static TreeDirectory? Open(int parent, byte[] name)
    {
        int file;
        fixed (byte* entry = name)
        {
            file = LibC.OpenAt(parent, entry, LibC.OpenDirectory | LibC.OpenNoLink | LibC.OpenForSelf);
        }

        if (file < 0)
        {
            return null;
        }

        nint stream = LibC.OpenStream(file);
        if (stream == 0)
        {
            int error = Marshal.GetLastPInvokeError();
            _ = LibC.Close(file);
            Marshal.SetLastPInvokeError(error);
            return null;
        }

        return new TreeDirectory(stream, file, name);
    }

    /// <summary>The next entry, with a zero behind its name; null at the end.</summary>
    public byte[]? Next()
    {
        while (true)
        {
            byte* entry = LibC.ReadStream(stream);
            if (entry is null)
            {
                return null;
            }

            ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                return [.. name, 0];
            }
        }
    }

    /// <summary>Begins with the first entry again.</summary>
    public void Repeat()
    {
        HasChanged = false;
        LibC.RewindStream(stream);
    }

    /// <summary>Closes the descriptor as well.</summary>
    public void Dispose() => _ = LibC.CloseStream(stream);
}

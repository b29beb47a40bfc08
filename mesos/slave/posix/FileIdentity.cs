using System.Globalization;
using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>What a path leads to, whichever way it is spelled and from wherever it is seen.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Number)
{
    /// <summary>What is there; null where that cannot be told.</summary>
    public static FileIdentity? Of(string path) => Find(path).Identity;

    /// <summary>Whether a process sees the same under a path: one in a mount namespace of its own, or with another root, need not.</summary>
    /// <param name="identity">What is there for this process.</param>
    /// <param name="path">The path, without links.</param>
    /// <param name="pid">The other process.</param>
    public static Sight SeenBy(FileIdentity identity, string path, int pid)
    {
        string root = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root");
        (FileIdentity? seen, int error) = Find(root + path);
        return seen == identity ? Sight.Same
            : seen is not null ? Sight.Another
            : error is not (LibC.NoEntry or LibC.NotDirectory or LibC.NoProcess) ? Sight.Hidden
            : Of(root) is null ? Sight.Gone
            : Sight.Nothing;
    }

    private static unsafe (FileIdentity? Identity, int Error) Find(string path)
    {
        LibC.FileDescription description;
        try
        {
            return LibC.Describe(LibC.CurrentDirectory, path, 0, LibC.DescribeNumber, &description) == 0
                ? (new FileIdentity(description.DeviceMajor, description.DeviceMinor, description.Number), 0)
                : (null, Marshal.GetLastPInvokeError());
        }
        catch (EntryPointNotFoundException)
        {
            return (null, 0);
        }
    }
}

/// <summary>What a process sees under a path.</summary>
internal enum Sight
{
    /// <summary>What this process sees there.</summary>
    Same,

    /// <summary>Something else.</summary>
    Another,

    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>That cannot be told.</summary>
    Hidden,

    /// <summary>The process has ended.</summary>
    Gone,
}

namespace Mesos.Slave.Host;

/// <summary>Which start of the machine this is.</summary>
internal static class BootId
{
    private const string File = "/proc/sys/kernel/random/boot_id";

    /// <summary>The id; null where the system has none to tell.</summary>
    /// <remarks>Upstream: stout/os/bootid.hpp.</remarks>
    public static string? Read()
    {
        try
        {
            return System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Trim() : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

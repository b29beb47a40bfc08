using LibProcess.Processes;

namespace LibProcess.Net.Tls;

/// <summary>Keeps the credentials of a node and reads them again when their files have changed. Any thread.</summary>
internal sealed class CredentialStore
{
    /// <summary>Files are looked at when somebody asks, and not more often than this.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TlsOptions options;
    private readonly TlsEvents events;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private volatile TlsCredentials current;
    private Stamp seen;
    private long lookedAt;

    /// <exception cref="ProcessEnvironmentException">A file cannot be used.</exception>
    public CredentialStore(TlsOptions options, TlsEvents events, TimeProvider clock)
    {
        this.options = options;
        this.events = events;
        this.clock = clock;
        seen = Stamp.Of(options);
        current = TlsCredentials.Load(options);
        lookedAt = clock.GetTimestamp();
    }

    public TlsCredentials Current()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref lookedAt)) >= LookInterval && gate.TryEnter())
        {
            try
            {
                lookedAt = clock.GetTimestamp();
                Look();
            }
            finally
            {
                gate.Exit();
            }
        }

        return current;
    }

    private void Look()
    {
        Stamp now = Stamp.Of(options);
        if (now == seen)
        {
            return;
        }

        // A file that cannot be used is not read again before it changes once more.
        seen = now;
        try
        {
            current = TlsCredentials.Load(options);
            events.Reloaded(current.Expires);
        }
        catch (ProcessEnvironmentException exception)
        {
            events.ReloadFailed(exception.Message);
        }
    }

    /// <summary>What tells a changed file: its time and its length; those of a file that is not there are like no others.</summary>
    private readonly record struct Stamp(FileStamp Certificate, FileStamp Key, FileStamp CaFile, FileStamp CaDirectory)
    {
        public static Stamp Of(TlsOptions options) =>
            new(Read(options.CertificateFile), Read(options.KeyFile), Read(options.CaFile), Read(options.CaDirectory));

        private static FileStamp Read(string? path)
        {
            if (path is null)
            {
                return default;
            }

            // Follows links: certificates are often exchanged by moving one.
            FileSystemInfo info = new FileInfo(path);
            try
            {
                info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
                return new FileStamp(info.FullName, info.LastWriteTimeUtc.Ticks, info is FileInfo { Exists: true } file ? file.Length : -1);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return new FileStamp(path, 0, -1);
            }
        }
    }

    private readonly record struct FileStamp(string? Path, long Written, long Length);
}

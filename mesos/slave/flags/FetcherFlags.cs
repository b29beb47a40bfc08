using Mesos.Common.Flags;

namespace Mesos.Slave.Flags;

/// <summary>Fetching files into sandboxes.</summary>
/// <remarks>Upstream: src/slave/flags.cpp.</remarks>
internal static class FetcherFlags
{
    private const string NoFetcher = "it needs the fetcher, which is not built";

    /// <summary>Adds the flags to the table of the agent.</summary>
    public static void AddTo(FlagTable table)
    {
        table.Bytes("fetcher_cache_size", "2GB", "size of the download cache").NoEffect(NoFetcher);
        table.Text("fetcher_cache_dir", "/tmp/mesos/fetch", "where downloads are cached (cleared on start)").NoEffect(NoFetcher);
        table.Duration("fetcher_stall_timeout", "1mins", "abort a download that stalls this long").NoEffect(NoFetcher);
        table.OptionalText("hadoop_home", "where hadoop is installed").NoEffect(NoFetcher);
        table.Text("frameworks_home", "", "prefix for relative executor URIs").NoEffect(NoFetcher);
    }
}
